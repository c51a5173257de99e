import { describe, expect, it } from 'vitest';
import { createPolicySet } from '../../services/index.ts';
import { HONEST, LURED, mailAssistant, PAYEES, POISONED } from '../support/agent.ts';

// Goal:    mallory gets paid by an agent that reads mallory's mail.
// Means:   the plan takes the payee, or the name of the payee, out of the answer of a tool that mallory writes to.
// Refused: by the check before the run, by static origins and the policy; and at the call by the policy itself.
describe('a poisoned answer of a tool as an argument', () => {
  it('honest twin: the owner named the payee', async () => {
    const { agent, bank } = await mailAssistant();
    expect(await agent.run(HONEST)).toMatchObject({ outcome: 'done', result: '30 to DE-ADA' });
    expect(bank.calls).toHaveLength(1);
  });

  it.each([
    ['the payee is read out of the mail', POISONED],
    ['the mail names the payee', LURED],
  ])('nothing runs: %s', async (_, plan) => {
    const { agent, mail, book, bank } = await mailAssistant();
    const run = await agent.run(plan);
    expect(run).toMatchObject({ outcome: 'refused', code: 'ERR_AGENT_PLAN_REFUSED', calls: [] });
    expect(run.check.findings).toMatchObject([
      { code: 'policy-refuses', rule: 'known-payees', argument: 'payee' },
    ]);
    expect([...mail.calls, ...book.calls, ...bank.calls]).toEqual([]);
  });

  it('the call is denied where a check cannot tell before the run', async () => {
    // A condition on a value is known at the call alone.
    const policy = structuredClone(PAYEES) as never as { rules: { arguments: object }[] };
    (policy.rules[0] as { arguments: object }).arguments = { payee: { value: ['DE-ADA'] } };
    expect(createPolicySet(policy).policy.file.rules).toHaveLength(1);
    const { agent, bank } = await mailAssistant({ policy });
    expect(agent.check(POISONED)).toMatchObject({ isRefused: false, findings: [{ code: 'known-at-run' }] });
    const run = await agent.run(POISONED);
    expect(run).toMatchObject({ outcome: 'denied', code: 'ERR_CALL_DENIED_POLICY' });
    expect(run.calls.at(-1)?.advice).toBe('`payee` must be one of ["DE-ADA"]');
    expect(bank.calls).toEqual([]);
  });
});
