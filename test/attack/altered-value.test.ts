import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';

// Goal:    bob acts on `true` although Auth said `false`.
// Means:   the carrier changes the value in the data.
// Refused: by verifyValues, as no record names the changed value.
const SCRIPT = `(seq (call "alice" ("authSrv" "get_status") [] status) (call "bob" ("blogSrv" "add_post") ["hello" status.$.is_admin]))`;

function carried(): { bench: Bench; data: Uint8Array } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '{"is_admin":false}' } });
  return { bench, data: bench.data('alice') };
}

describe('a carrier alters a value', () => {
  it('honest twin: the value as Auth gave it arrives', () => {
    const { bench, data } = carried();
    const { retCode, callRequests } = bench.run('bob', { current: data });
    expect(retCode).toBe(RetCode.success);
    expect(callRequests.get(1)?.arguments).toEqual(['hello', false]);
  });

  it('is refused, and bob’s previous data stays', () => {
    const { bench, data } = carried();
    const altered = Buffer.from(data);
    altered.write('true ', altered.indexOf('false'));
    const outcome = bench.run('bob', { current: new Uint8Array(altered) });
    expect(outcome.retCode).toBe(RetCode.valueMismatch);
    expect(outcome.errorMessage).toMatch(
      /^value `bagaaiera\w+` is named by no record: it was altered or does not belong here$/,
    );
    expect(outcome.data).toEqual(new Uint8Array(0));
    expect(outcome.callRequests.size).toBe(0);
  });

  it('is refused for every byte of the data that it changes', () => {
    const { bench, data } = carried();
    const honest = bench.run('bob', { prev: new Uint8Array(0), current: data });
    for (let i = 0; i < data.length; i++) {
      const altered = Uint8Array.from(data);
      altered[i] = (altered[i] as number) ^ 1;
      const outcome = bench.run('bob', { prev: new Uint8Array(0), current: altered });
      const acted = JSON.stringify([...outcome.callRequests.values()].map(request => request.arguments));
      // What is not signed (who asked whom) may change; what bob acts on may not.
      if (outcome.retCode === 0)
        expect(acted).toBe(
          JSON.stringify([...honest.callRequests.values()].map(request => request.arguments)),
        );
    }
  });
});
