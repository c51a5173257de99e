import { describe, expect, it } from 'vitest';
import { HONEST, mailAssistant, PAYEES, pays, POISONED } from '../support/agent.ts';

// Goal:    a plan runs that nobody has checked.
// Means:   one plan is checked, and another one is run: with another amount, under another policy, or with parts that are lost on the way.
// Refused: `run` checks what it runs; with the name that the check gave (`checked`) it refuses every other plan.
describe('a plan that is not the one that was checked', () => {
  const other = { steps: [HONEST.steps[0], pays({ $result: 'ada', $part: ['account'] }, 3000)] };

  it('honest twin: the plan that was checked runs', async () => {
    const { agent } = await mailAssistant();
    const { isRefused, checked } = agent.check(HONEST);
    expect(isRefused).toBe(false);
    expect(await agent.run(HONEST, checked)).toMatchObject({ outcome: 'done' });
    // Its script is the same plan.
    expect(await agent.run({ script: agent.check(HONEST).script }, checked)).toMatchObject({
      outcome: 'done',
    });
  });

  it('another plan does not run under the name of the first', async () => {
    const { agent, book, bank } = await mailAssistant();
    const { checked } = agent.check(HONEST);
    await expect(agent.run(other, checked)).rejects.toMatchObject({ code: 'ERR_AGENT_PLAN_CHANGED' });
    expect([...book.calls, ...bank.calls]).toEqual([]);
  });

  it('a plan is checked when it runs, whatever was checked before', async () => {
    const { agent } = await mailAssistant();
    expect(agent.check(HONEST).isRefused).toBe(false);
    expect(await agent.run(POISONED)).toMatchObject({ outcome: 'refused', code: 'ERR_AGENT_PLAN_REFUSED' });
  });

  it('a check under another policy has another name', async () => {
    const { agent } = await mailAssistant();
    const rules = [...PAYEES.rules, { id: 'slow', service: '*', rate: { calls: 1, perMs: 1000 } }];
    const { agent: strict } = await mailAssistant({ policy: { ...PAYEES, rules } });
    await expect(strict.run(HONEST, agent.check(HONEST).checked)).rejects.toMatchObject({
      code: 'ERR_AGENT_PLAN_CHANGED',
    });
  });

  it.each([
    ['an argument with a key that is lost', JSON.parse('{ "to": 1, "__proto__": { "amount": 3000 } }')],
    ['a value with such a key', { to: [JSON.parse('{ "__proto__": 1 }')] }],
    ['a text that is not Unicode', { to: '\ud800' }],
    ['a key that is not Unicode', { to: { '\ud800': 1 } }],
    ['a number that is not of JSON', { to: 10n }],
  ])('%s is refused', async (_, args: object) => {
    const { agent } = await mailAssistant();
    const plan = { steps: [{ id: 'a', call: 'bank.pay', args }] };
    expect(() => agent.check(plan)).toThrow(expect.objectContaining({ code: 'ERR_AGENT_PLAN' }));
    await expect(agent.run(plan)).rejects.toMatchObject({ code: 'ERR_AGENT_PLAN' });
  });
});
