// Plays an agent: a client of `beryl mcp`, as a model's program is one. Then the same payment at a bank on a peer of its own. Prints what happens.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const example = import.meta.dirname;
const beryl = resolve(example, '../../bin/beryl.mjs');
const folder = mkdtempSync(join(tmpdir(), 'beryl-agent-'));
const say = text => process.stdout.write(`${text}\n`);

/** A step of a plan pays what `account` says. */
const pay = account => ({ id: 'paid', call: 'bank.pay', args: { account, amount: 120, note: 'invoice 17' } });

/** The plan of a model that believed the mail. */
const poisoned = {
  steps: [{ id: 'letter', call: 'mail.latest' }, pay({ $result: 'letter', $part: ['account'] })],
};
/** The mail names somebody whom the address book knows. */
const lured = {
  steps: [
    { id: 'letter', call: 'mail.latest' },
    { id: 'payee', call: 'book.find', args: { name: { $result: 'letter', $part: ['payee'] } } },
    pay({ $result: 'payee', $part: ['account'] }),
  ],
};
/** The owner said: pay Rossi Plumbing 120. */
const honest = {
  steps: [
    { id: 'payee', call: 'book.find', args: { name: 'Rossi Plumbing' } },
    pay({ $result: 'payee', $part: ['account'] }),
  ],
};

const PROOFS = join(folder, 'proofs');

async function withAgent(act) {
  const client = new Client({ name: 'assistant', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [beryl, 'mcp', join(example, 'agent.json'), '--proofs', PROOFS],
    stderr: 'ignore',
  });
  await client.connect(transport);
  try {
    await act(async (name, args) => {
      const { content } = await client.callTool({ name, arguments: args });
      return JSON.parse(content[0].text);
    });
  } finally {
    await client.close();
  }
}

function command(...args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [beryl, ...args], {
    cwd: example,
    encoding: 'utf8',
  });
  say(
    `$ npx beryl ${args.join(' ').replaceAll(folder, '.')}\n${(stdout + stderr).trimEnd().replaceAll(folder, '.')}\n(exit code ${status})\n`,
  );
}

try {
  say('$ node examples/10-agent/run.mjs');
  await withAgent(async ask => {
    for (const [name, plan] of Object.entries({ poisoned, lured })) {
      const { outcome, code, findings, calls } = await ask('run_plan', plan);
      say(`\nthe ${name} plan: ${outcome}, ${code}, ${calls.length} calls made`);
      for (const { message, advice } of findings) say(`  ${message}\n  ${advice}`);
    }
    const { checked } = await ask('check_plan', honest);
    const { outcome, result, calls } = await ask('run_plan', { ...honest, checked });
    say(`\nthe honest plan: ${outcome}, ${JSON.stringify(result)}`);
    for (const { call, argumentsJson } of calls) say(`  ${call} ${argumentsJson}`);
  });
  const [proof] = readdirSync(PROOFS).filter(name => name.endsWith('-2.proof'));
  const { stdout } = spawnSync(process.execPath, [beryl, 'verify', join(PROOFS, proof)], {
    encoding: 'utf8',
  });
  say(`\nthe proof of the payment, as anybody verifies it:`);
  // Keys and hashes are new each time.
  for (const line of stdout.trimEnd().split('\n'))
    if (/^valid|^ok|^ +ok|argument/.test(line))
      say(`  ${line.replaceAll(/12D3\w+/g, 'agent').replaceAll(/ *\[record .*\]/g, '')}`);
  say('');
  command('run', 'honest.air', '--network', 'network.json');
  command('run', 'poisoned.air', '--network', 'network.json');
} finally {
  rmSync(folder, { recursive: true });
}
