import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExamples } from '../../cli/examples.ts';
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

describe.each(readExamples(join(ROOT, 'examples')))('examples/$name', ({ folder, name, cases }) => {
  it('prints what expected.txt and README.md say', async () => {
    const outputs = cases.map(({ script, network }) => {
      const { stderr, code } = beryl(['run', join(folder, script), '--network', join(folder, network)]);
      return `$ npx beryl run examples/${name}/${script} --network examples/${name}/${network}\n${stderr}(exit code ${code})\n`;
    });
    await expectOutput(folder, outputs.join('\n'));
  });
});

describe('examples/07-own-service', () => {
  it('runs from the packed package, outside the repository', async () => {
    const folder = join(ROOT, 'examples/07-own-service');
    const output = execFileSync(process.execPath, [join(folder, 'run.mjs')], { encoding: 'utf8' });
    await expectOutput(folder, output);
  });
});
