import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followDenyFile, OperatorList, readDenyFile } from '../../../../cli/daemon/deny-files.ts';
import { denyListCommand } from '../../../../cli/commands/keys.ts';
import { newSecrets, writeKeyFile } from '../../../../cli/daemon/key-file.ts';
import { SignedLists } from '../../../../cli/daemon/signed-lists.ts';
import { DenyList, signDenyList, verifyDenyList } from '../../../../peer/index.ts';
import { idOf, signer } from '../../../support/cast.ts';
import { capture, folderOf } from '../../../support/cli.ts';

const [alice, mallory] = [idOf('alice'), idOf('mallory')];
const isDenied = (denied: DenyList): boolean => denied.has(mallory, 'host');

describe('a deny file', () => {
  it('is followed while it changes; a mistake leaves the list before in force', async () => {
    const path = join(folderOf({ 'deny.json': '[]' }), 'deny.json');
    const denied = new DenyList();
    const failures: unknown[] = [];
    const end = followDenyFile(path, denied, failure => void failures.push(failure));
    const until = async (isSo: () => boolean): Promise<void> => {
      for (const last = Date.now() + 10_000; !isSo();) {
        if (Date.now() > last) throw new Error('it never happened');
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    };
    writeFileSync(path, `["${mallory}", // stolen\n]`);
    await until(() => isDenied(denied));
    writeFileSync(path, '["mallory"]');
    await until(() => failures.length === 1);
    expect(isDenied(denied)).toBe(true);
    writeFileSync(path, '[]');
    await until(() => !isDenied(denied));
    end();
  });

  it.each(['{}', '[5]', '[{"peerId": "x", "role": "friend"}]', '['])('%s is refused', text => {
    const path = join(folderOf({ 'deny.json': text }), 'deny.json');
    expect(() => readDenyFile(path)).toThrow(expect.objectContaining({ code: 'ERR_CLI_DENY_LIST' }) as Error);
  });
});

describe('entries that name no peer', () => {
  const odd = ['mallory', '', '12D3KooW', `${mallory}x`, mallory.toLowerCase()];

  it.each(odd)('%j is refused with its place', name => {
    for (const entry of [name, { peerId: name }]) {
      const path = join(folderOf({ 'deny.json': JSON.stringify([alice, entry]) }), 'deny.json');
      expect(() => readDenyFile(path)).toThrow(/entry 2 is not a peer id/);
    }
  });

  it.each(odd)('%j is not signed', peerId => {
    const entries = [{ peerId, role: 'both' as const }];
    expect(() => signDenyList(signer('bob'), { sequence: 1, iatMs: 1, entries })).toThrow(
      'signDenyList: entries.0.peerId is not a peer id',
    );
  });

  it('`beryl deny-list` writes no file for one', () => {
    const folder = folderOf({
      'deny.json': JSON.stringify(['mallory']),
      'good.json': JSON.stringify([mallory]),
    });
    const [key, out] = [join(folder, 'key'), join(folder, 'out')];
    writeKeyFile(key, newSecrets(), {});
    const sign = (name: string) =>
      denyListCommand(join(folder, name), { key, sequence: '1', out }, capture());
    expect(() => sign('deny.json')).toThrow(/entry 1 is not a peer id/);
    expect(existsSync(out)).toBe(false);
    expect(sign('good.json')).toBe(0);
    expect(verifyDenyList(new Uint8Array(readFileSync(out))).entries).toHaveLength(1);
  });
});

describe('what an operator denies', () => {
  it('outlives the process', () => {
    const path = join(folderOf({}), 'data/denied.json');
    const list = new OperatorList(path, new DenyList());
    list.deny({ peerId: mallory, role: 'both', reason: 'stolen' });
    const denied = new DenyList();
    const again = new OperatorList(path, denied);
    expect(isDenied(denied)).toBe(true);
    expect([again.allow(mallory), again.allow(alice)]).toEqual([true, false]);
    expect(isDenied(denied)).toBe(false);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([]);
  });

  it('that is not a peer changes nothing', () => {
    const denied = new DenyList();
    const list = new OperatorList(join(folderOf({}), 'denied.json'), denied);
    list.deny({ peerId: mallory, role: 'host' });
    expect(() => list.deny({ peerId: 'mallory', role: 'host' })).toThrow(TypeError);
    expect(isDenied(denied)).toBe(true);
  });
});

describe('a signed list', () => {
  const listOf = (sequence: number, name = 'alice', entries = [{ peerId: mallory, role: 'both' as const }]) =>
    signDenyList(signer(name), { sequence, iatMs: 1, entries });
  const refused = expect.objectContaining({ code: 'ERR_ENVELOPE_DENY_LIST' }) as Error;

  it('of a trusted authority is in force, and outlives the process', () => {
    const folder = folderOf({});
    const denied = new DenyList();
    expect(new SignedLists(folder, [alice], denied).take(listOf(1))).toEqual({
      authority: alice,
      sequence: 1,
      entries: 1,
    });
    expect(isDenied(denied)).toBe(true);
    const again = new DenyList();
    const lists = new SignedLists(folder, [alice], again);
    expect(isDenied(again)).toBe(true);
    expect(() => lists.take(listOf(1, 'alice', []))).toThrow(refused);
    lists.take(listOf(2, 'alice', []));
    expect(isDenied(again)).toBe(false);
    const without = new DenyList();
    expect(() => new SignedLists(folder, [], without)).not.toThrow();
    expect(isDenied(without)).toBe(false);
  });

  it('of another authority, an older one, a forged one and bytes are refused', () => {
    const denied = new DenyList();
    const lists = new SignedLists(folderOf({}), [alice], denied);
    lists.take(listOf(5, 'alice', []));
    const forged = listOf(9).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte));
    for (const bytes of [listOf(9, 'bob'), listOf(5), listOf(4), forged, Uint8Array.of(1)])
      expect(() => lists.take(bytes)).toThrow(refused);
    expect(isDenied(denied)).toBe(false);
  });

  it('gives back what was signed; no byte can be changed', () => {
    const entries = [
      { peerId: mallory, role: 'host' as const, reason: 'stolen – ☹' },
      { peerId: alice, role: 'init' as const },
    ];
    const bytes = signDenyList(signer('bob'), { sequence: 3, iatMs: 7, entries });
    expect(verifyDenyList(bytes)).toEqual({ authority: idOf('bob'), sequence: 3, iatMs: 7, entries });
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] = (changed[i] as number) ^ 1;
      expect(() => verifyDenyList(changed)).toThrow(refused);
    }
  });
});
