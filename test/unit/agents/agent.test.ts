import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createAgent } from '../../../agents/index.ts';
import { RUNS_MAX } from '../../../agents/limits.ts';
import { verifyProof } from '../../../interpreter/index.ts';
import { defineService, fail } from '../../../services/index.ts';
import { HONEST, mailAssistant, POISONED } from '../../support/agent.ts';
import { idOf, seedOf } from '../../support/cast.ts';

describe('an agent', () => {
  it('runs an honest plan, with a proof of each call', async () => {
    const { agent, bank } = await mailAssistant();
    const run = await agent.run(HONEST);
    expect(run).toMatchObject({ outcome: 'done', code: '', result: '30 to DE-ADA' });
    expect(run.calls.map(({ call, decision }) => [call, decision])).toEqual([
      ['book.find', 'served'],
      ['bank.pay', 'served'],
    ]);
    expect(bank.calls).toMatchObject([{ tool: 'pay', args: { payee: 'DE-ADA', amount: 30 } }]);
    const proof = verifyProof(run.calls[1]?.proof as Uint8Array);
    expect(proof).toMatchObject({ initPeerId: idOf('alice'), peerId: idOf('alice'), functionName: 'pay' });
  });

  it('says what to change in a refused plan', async () => {
    const { agent } = await mailAssistant();
    expect((await agent.run(POISONED)).check.findings).toMatchObject([
      {
        code: 'policy-refuses',
        isRefusal: true,
        call: 'bank.pay',
        argument: 'payee',
        rule: 'known-payees',
        advice:
          '`payee` must be `.$.account` of the result of `book.find`, whose argument 1 is written in the plan itself',
      },
    ]);
  });

  it('lists functions, what the policy wants, and what servers claim', async () => {
    const { agent } = await mailAssistant();
    expect(agent.tools().find(({ call }) => call === 'bank.pay')).toMatchObject({
      arguments: ['payee', 'amount', 'note'],
      required: 2,
      rules: { amount: 'written in the plan itself' },
      claimed: { description: 'Pays.', annotations: {} },
    });
  });

  it('explains where each argument can come from', async () => {
    const { agent } = await mailAssistant();
    expect(
      agent
        .explain(POISONED)
        .steps.map(({ line, arguments: args }) => [line, args.map(({ origins }) => origins)]),
    ).toEqual([
      [2, []],
      [4, [['`.$.payee` of `mail.latest` on the init peer'], ["a literal of the script's author"]]],
      [5, [['the result of `bank.pay` on the init peer']]],
    ]);
    expect(() => agent.explain({ script: '(' })).toThrow(
      expect.objectContaining({ code: 'ERR_AGENT_PLAN_REFUSED' }),
    );
  });

  it.each([
    ['(', 'invalid-script'],
    ['(call "12D3other" ("bank" "pay") [])', 'other-peer'],
    ['(canon "12D3other" $s #s)', 'other-peer'],
    ['(call %init_peer_id% ("bank" "pya") [])', 'unknown-function'],
    [
      '(seq (call %init_peer_id% ("op" "identity") ["bank"] x) (call %init_peer_id% (x "pay") []))',
      'unknown-function',
    ],
    ['(call %init_peer_id% ("mail" "latest") [1])', 'wrong-argument'],
    ['(call %init_peer_id% ("book" "find") [1])', 'wrong-argument'],
    ['(call %init_peer_id% ("book" "find") [])', 'wrong-argument'],
    ['(call %init_peer_id% ("bank" "pay") ["x" 1])', 'policy-refuses'],
  ])('a check finds in %s: %s', async (script, code) => {
    const { agent } = await mailAssistant();
    const check = agent.check({ script });
    expect(check).toMatchObject({ isRefused: true, code: 'ERR_AGENT_PLAN_REFUSED' });
    expect(check.findings.map(finding => finding.code)).toContain(code);
  });

  it('refuses what the policy does not cover, and callers that it does not name', async () => {
    const base = { format: 'beryl/policy/1', otherwise: 'deny' };
    const { agent } = await mailAssistant({
      policy: { ...base, rules: [{ id: 'bob', service: 'bank', initPeers: [idOf('bob')] }] },
    });
    const check = agent.check(HONEST);
    expect(check.findings.map(({ call, rule }) => [call, rule])).toEqual([
      ['book.find', ''],
      ['bank.pay', 'bob'],
    ]);
    // Calls of the particle's own services need no rule.
    expect(check.findings.some(({ call }) => call.startsWith('callbackSrv'))).toBe(false);
  });
});

describe('what a run can end with', () => {
  const services = [
    defineService({
      id: 'own',
      functions: {
        no: { arguments: {}, guards: {}, handler: () => fail('not today') },
        much: { arguments: {}, guards: {}, handler: () => 'a'.repeat(1_100_000) },
        late: {
          arguments: {},
          guards: {},
          handler: (_, { signal }) =>
            new Promise(resolve => signal.addEventListener('abort', () => resolve(null))),
        },
        any: { arguments: { x: z.unknown() }, guards: {}, handler: ({ x }) => (x ?? null) as null },
      },
    }),
  ];

  it.each([
    ['no', 'failed', 'ERR_HANDLER_FAILED', 'not today'],
    [
      'much',
      'done',
      'ERR_AGENT_RESULT_SIZE',
      'the plan ran, and its result has more than 1048576 characters: return less',
    ],
  ])('%s: %s, %s', async (fn, outcome, code, text) => {
    const agent = await createAgent({ secretKey: seedOf('alice'), services });
    const run = await agent.run({ steps: [{ id: 'a', call: `own.${fn}` }] });
    expect([run.outcome, run.code, run.text]).toEqual([
      outcome,
      expect.stringMatching(code === 'ERR_HANDLER_FAILED' ? /^ERR_/ : code),
      expect.stringContaining(text),
    ]);
    await agent.close();
  });

  it('at most so many plans run at a time', async () => {
    const agent = await createAgent({ secretKey: seedOf('alice'), services });
    const plan = { steps: [{ id: 'a', call: 'own.late' }] };
    const runs = Array.from({ length: RUNS_MAX }, () => agent.run(plan));
    await expect(agent.run(plan)).rejects.toMatchObject({ code: 'ERR_AGENT_BUSY' });
    await agent.close();
    for (const run of await Promise.all(runs)) expect(run.outcome).toBe('failed');
  });

  it('values of a plan arrive as they were written', async () => {
    const agent = await createAgent({ secretKey: seedOf('alice'), services });
    const value = {
      text: 'say "hi"\n\\',
      list: [1, 1.5, -0.000001, 1e21, true, null, [], {}, ['a', { b: [2] }]],
      'odd "key"': { c: 'd' },
    };
    const { result } = await agent.run({ steps: [{ id: 'a', call: 'own.any', args: { x: value } }] });
    expect(result).toEqual(value);
    await agent.close();
  });
});
