// Uses Beryl as its users do: packs it, installs the package into an empty folder outside the repository, and runs a
// service that stands there. Prints what the commands say.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const example = import.meta.dirname;
const root = resolve(example, '../..');
const folder = mkdtempSync(join(tmpdir(), 'beryl-own-service-'));
const npm = (...args) =>
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });

try {
  if (!existsSync(join(root, 'dist'))) execFileSync('npm', ['run', '--silent', 'build'], { cwd: root });
  const [{ filename }] = JSON.parse(npm('pack', root, '--ignore-scripts', '--json'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm(
    'install',
    '--omit=optional',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    `./${filename}`,
    'zod@4.6.7',
  );
  for (const file of ['greeter.mjs', 'network.json', 'script.air', 'forged.air'])
    cpSync(join(example, file), join(folder, file));
  for (const script of ['script.air', 'forged.air']) {
    const args = ['beryl', 'run', script, '--network', 'network.json'];
    const { stderr, status } = spawnSync('npx', ['--no-install', ...args], { cwd: folder, encoding: 'utf8' });
    const said = stderr
      .split('\n')
      .filter(line => !line.startsWith('npm warn'))
      .join('\n');
    process.stdout.write(`$ npx ${args.join(' ')}\n${said}(exit code ${status})\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
