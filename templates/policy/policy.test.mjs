import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** Runs a script of this folder on the peers of network.json, as the command line does. */
function run(script) {
  const args = ['--no-install', 'beryl', 'run', script, '--network', 'network.json', '--json'];
  const { stdout } = spawnSync('npx', args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return JSON.parse(stdout);
}

test('an account of the address book is paid', () => {
  assert.equal(run('honest.air').outcome, 'ok');
});

test('an account that a mail named is not', () => {
  const { outcome, text } = run('mail.air');
  assert.equal(outcome, 'denied');
  assert.match(text, /policy rule `my-policy`: accounts come from your own address book/);
});
