import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExamples } from '../../cli/examples.ts';
import { beryl, ROOT } from '../support/cli.ts';

/** Each example prints what its expected.txt says. `npm run examples -- -u` writes the files anew; read the diff. */
describe.each(readExamples(join(ROOT, 'examples')))('examples/$name', ({ folder, name, cases }) => {
  it('prints what expected.txt says', async () => {
    const outputs = cases.map(({ script, network }) => {
      const { stderr, code } = beryl(['run', join(folder, script), '--network', join(folder, network)]);
      return `$ npx beryl run examples/${name}/${script} --network examples/${name}/${network}\n${stderr}(exit code ${code})\n`;
    });
    await expect(outputs.join('\n')).toMatchFileSnapshot(join(folder, 'expected.txt'));
  });

  it('has a README with the real output', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).toContain(readFileSync(join(folder, 'expected.txt'), 'utf8').trim());
  });
});

describe('examples/07-own-service', () => {
  it('runs from the packed package, outside the repository', async () => {
    const folder = join(ROOT, 'examples/07-own-service');
    const output = execFileSync(process.execPath, [join(folder, 'run.mjs')], { encoding: 'utf8' });
    await expect(output).toMatchFileSnapshot(join(folder, 'expected.txt'));
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(output.trim());
  });
});
