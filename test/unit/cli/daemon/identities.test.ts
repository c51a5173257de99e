import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  keysExportCommand,
  keysNewCommand,
  keysRotateCommand,
  keysShowCommand,
} from '../../../../cli/commands/keys.ts';
import { Identities, readIdentityFile } from '../../../../cli/daemon/identities.ts';
import { readKeyFile } from '../../../../cli/daemon/key-file.ts';
import { DenyList, signInception, signRotation } from '../../../../peer/index.ts';
import { idOf, signer } from '../../../support/cast.ts';
import { capture, folderOf } from '../../../support/cli.ts';

it('a key file is rotated, and whoever sees its statements denies the key that has leaked', () => {
  const folder = folderOf({});
  const [key, out] = [join(folder, 'k'), join(folder, 'identity.json')];
  const output = capture();
  keysNewCommand(key, {}, output);
  const first = readKeyFile(key).peerId;
  keysRotateCommand(key, {}, output);
  const second = readKeyFile(key).peerId;
  keysRotateCommand(key, { revoke: true }, output);
  const third = readKeyFile(key).peerId;
  keysExportCommand(key, { out }, output);
  keysShowCommand(key, { json: true }, output);
  const shown = JSON.parse(output.documents[0] as string) as {
    name: string;
    keys: { peerId: string; isRevoked: boolean }[];
  };
  expect(shown.name).toBe(first);
  expect(shown.keys.map(({ peerId, isRevoked }) => [peerId, isRevoked])).toEqual([
    [first, false],
    [second, true],
    [third, false],
  ]);
  const denied = new DenyList();
  expect(new Identities(join(folder, 'ids'), denied).take(readIdentityFile(out))).toEqual({
    name: first,
    keys: 3,
    current: third,
  });
  const isDenied = (list: DenyList) => [first, second, third].map(peerId => list.has(peerId, 'host'));
  expect(isDenied(denied)).toEqual([false, true, false]);
  // The next process knows it, too.
  const again = new DenyList();
  expect(() => new Identities(join(folder, 'ids'), again)).not.toThrow();
  expect(isDenied(again)).toEqual([false, true, false]);
});

it('a name with two histories is denied, with all of its keys', () => {
  const [alice, bob] = [signer('alice'), signer('bob')];
  const inception = signInception(alice, bob.peerId, 1);
  const rotate = (after: string) =>
    signRotation(inception, { current: alice, next: bob, after: idOf(after), atMs: 2 });
  const denied = new DenyList();
  const folder = join(folderOf({}), 'ids');
  const identities = new Identities(folder, denied);
  const name = identities.follow(alice.peerId);
  expect([name.accepts(alice.peerId), name.current]).toEqual([false, undefined]);
  identities.take([inception, rotate('carol')]);
  expect([alice, bob].map(({ peerId }) => name.accepts(peerId))).toEqual([true, true]);
  expect(denied.has(bob.peerId, 'host')).toBe(false);
  expect(() => identities.take([inception, rotate('dave')])).toThrow(
    expect.objectContaining({ code: 'ERR_IDENTITY_CONFLICT' }) as Error,
  );
  const refused = (list: DenyList) => [alice, bob].map(({ peerId }) => list.has(peerId, 'init'));
  expect(refused(denied)).toEqual([true, true]);
  expect([alice, bob].map(({ peerId }) => name.accepts(peerId))).toEqual([false, false]);
  // Statements that were known before are refused as well, and make no history the true one.
  expect(() => identities.take([inception, rotate('carol')])).toThrow();
  const again = new DenyList();
  const next = new Identities(folder, again);
  expect(refused(again)).toEqual([true, true]);
  expect(next.follow(alice.peerId).accepts(bob.peerId)).toBe(false);
});

it('a file that holds no identity is refused', () => {
  const folder = folderOf({ a: '{}', b: '["?"]' });
  for (const name of ['a', 'b'])
    expect(() => readIdentityFile(join(folder, name))).toThrow(
      expect.objectContaining({ code: 'ERR_CLI_KEY' }) as Error,
    );
});
