import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const script = readFileSync(new URL('script.air', import.meta.url), 'utf8');

/** Runs a script on the peers of network.json, as the command line does. */
function run(input) {
  const args = ['--no-install', 'beryl', 'run', '-', '--network', 'network.json', '--json'];
  const { stdout } = spawnSync('npx', args, {
    cwd: import.meta.dirname,
    input,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return JSON.parse(stdout);
}

test('the post of an admin is taken', () => {
  assert.equal(run(script).outcome, 'ok');
});

test('the same claim, written into the script, is refused', () => {
  const { outcome, text } = run(script.replace('status.$.is_admin', 'true'));
  assert.equal(outcome, 'denied');
  assert.match(text, /argument `is_admin` has the wrong origin/);
});
