import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../../cli/commands/check.ts';
import { compileCommand } from '../../../../cli/commands/compile.ts';
import { keysNewCommand, keysShowCommand } from '../../../../cli/commands/keys.ts';
import { newSecrets, writeKeyFile } from '../../../../cli/daemon/key-file.ts';
import { capture, folderOf } from '../../../support/cli.ts';

const SERVICES = new URL('../../../../services/index.ts', import.meta.url).href;
const MODULE = `
import { defineService, expectOrigin } from '${SERVICES}';
const type = { type: 'string' };
export default ({ peers }) => defineService({
  id: 'blog',
  functions: {
    add: {
      arguments: { text: { '~standard': { version: 1, vendor: 'test', validate: value => ({ value }) } } },
      guards: { text: expectOrigin(peers.bob, 'auth', 'check', '') },
      handler: () => 'x',
    },
  },
});`;
const NETWORK = '{"init":"alice","peers":{"alice":{},"bob":{}}}';

describe('`beryl compile --declare` of a module that needs peers', () => {
  const folder = folderOf({ 'blog.mjs': MODULE, 'network.json': NETWORK, 'none.mjs': 'export default 5;' });
  const at = (name: string): string => join(folder, name);
  const refused = (text: string) =>
    expect.objectContaining({
      code: 'ERR_CLI_MODULE',
      message: expect.stringContaining(text) as string,
    }) as Error;

  it('is given the peers of a network file', async () => {
    const output = capture();
    expect(await compileCommand(at('blog.mjs'), { declare: true, network: at('network.json') }, output)).toBe(
      0,
    );
    expect(output.listed).toContain('service');
  });

  it('says so without one', async () => {
    await expect(compileCommand(at('blog.mjs'), { declare: true }, capture())).rejects.toThrow(
      refused('without peers: give those of `--network <file>`'),
    );
  });

  it('a module without a service, and a network without --declare, are refused', async () => {
    await expect(compileCommand(at('none.mjs'), { declare: true }, capture())).rejects.toThrow(
      refused('exports no service'),
    );
    await expect(
      compileCommand(at('x.aqua'), { network: at('network.json') }, capture()),
    ).rejects.toMatchObject({ code: 'ERR_CLI_COMMAND' });
  });
});

describe('`beryl check` of a script whose names a network file defines', () => {
  const folder = folderOf({
    's.air': '(call bob ("s" "f") [])',
    'bad.air': '(seq (null)',
    'network.json': NETWORK,
  });
  const check = async (name: string, network?: string) => {
    const output = capture();
    const options = network === undefined ? {} : { network: join(folder, network) };
    return [await checkCommand([join(folder, name)], options, output), output.said] as const;
  };
  const HELP = 'help: if a network file defines it, pass --network <file>';

  it('names the option', async () => {
    expect(await check('s.air')).toEqual([2, expect.stringContaining(HELP)]);
    expect(await check('s.air', 'network.json')).toEqual([0, expect.not.stringContaining(HELP)]);
    expect(await check('bad.air')).toEqual([2, expect.not.stringContaining(HELP)]);
  });
});

describe('`beryl keys`', () => {
  it('a folder that is missing is named in words', () => {
    const path = join(folderOf({}), 'nodir/key');
    expect(() => keysNewCommand(path, {}, capture())).toThrow(/no such file or folder$/);
  });

  it('show says whether the file is encrypted; the id alone is on stdout', () => {
    const folder = folderOf({});
    for (const [name, passphrase, said] of [
      ['open', undefined, 'the key file is not encrypted\n'],
      ['sealed', 'correct horse', 'the key file is encrypted\n'],
    ] as const) {
      const output = capture();
      writeKeyFile(join(folder, name), newSecrets(), { passphrase });
      keysShowCommand(join(folder, name), {}, output);
      expect([output.said, output.listed]).toEqual([said, expect.stringMatching(/^12D3Koo\w+\n$/)]);
    }
  });
});
