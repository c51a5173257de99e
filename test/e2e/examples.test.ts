import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExitCode } from '../../cli/errors.ts';
import { readExamples, type ExampleCase } from '../../cli/examples.ts';
import { beryl, ROOT } from '../support/cli.ts';

/**
 * Each example prints what its expected.txt and its README say. `npm run examples -- -u` writes both anew; read the diff.
 */
async function expectOutput(folder: string, output: string): Promise<void> {
  await expect(output).toMatchFileSnapshot(join(folder, 'expected.txt'));
  const path = join(folder, 'README.md');
  const readme = readFileSync(path, 'utf8').replace(
    /(?<=```text\n)\$ (?:npx|node) [^]*?\n(?=```\n)/,
    () => `${output.trim()}\n`,
  );
  expect(readme).toContain(output.trim());
  await expect(readme).toMatchFileSnapshot(path);
}

const EXIT_CODES: Readonly<Record<ExampleCase['outcome'], number>> = {
  ok: ExitCode.ok,
  'script-error': ExitCode.scriptError,
  'network-error': ExitCode.network,
  denied: ExitCode.denied,
  refused: ExitCode.refused,
};

describe.each(readExamples(join(ROOT, 'examples')))('examples/$name', ({ folder, name, cases }) => {
  it('ends as case.json says, and prints what expected.txt and README.md say', async () => {
    const outputs = cases.map(({ script, call, network, outcome }) => {
      const calling = call === undefined ? [] : ['--call', call];
      const args = ['run', join(folder, script), '--network', join(folder, network), ...calling];
      // Newer versions of Node warn of a module that the compiler of Aqua uses.
      const { stderr, code } = beryl(args, '', ROOT, { NODE_NO_WARNINGS: '1' });
      expect(code, `${script} ${call ?? ''}`).toBe(EXIT_CODES[outcome]);
      const command = `npx beryl run examples/${name}/${script} --network examples/${name}/${network}`;
      const shown = call === undefined ? command : `${command} --call '${call}'`;
      return `$ ${shown}\n${stderr}(exit code ${code})\n`;
    });
    await expectOutput(folder, outputs.join('\n'));
    // Up to eight processes, one after the other.
  }, 300_000);
});

describe('examples/07-own-service', () => {
  it('runs from the packed package, outside the repository', async () => {
    const folder = join(ROOT, 'examples/07-own-service');
    const output = execFileSync(process.execPath, [join(folder, 'run.mjs')], { encoding: 'utf8' });
    await expectOutput(folder, output);
  });
});

describe('examples/09-testing-kit', () => {
  it('passes under node:test, on the built package', () => {
    const file = join(ROOT, 'examples/09-testing-kit/services.test.mjs');
    const output = execFileSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      encoding: 'utf8',
    });
    expect(output).toMatch(/^# pass 6$/m);
    expect(output).toMatch(/^# fail 0$/m);
  });
});

describe('examples/10-agent', () => {
  it('refuses the poisoned plans, runs the honest one, and proves it', async () => {
    const folder = join(ROOT, 'examples/10-agent');
    const output = execFileSync(process.execPath, [join(folder, 'run.mjs')], { encoding: 'utf8' });
    await expectOutput(folder, output);
  });
});
