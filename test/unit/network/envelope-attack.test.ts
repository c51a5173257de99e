import { describe, expect, it } from 'vitest';
import { ENVELOPE_ATTACKS } from '../../../network/index.ts';
import { sessionOf } from '../../support/cli.ts';

const NETWORK = {
  init: 'a',
  peers: { a: {}, b: { services: [{ kind: 'constant', id: 'c', functions: { f: 7 } }] } },
};
const SCRIPT = '(seq (call b ("c" "f") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))';
const CODES = {
  payload: 'ERR_ENVELOPE_PAYLOAD',
  origin: 'ERR_ENVELOPE_SIGNATURE',
  route: 'ERR_ENVELOPE_ROUTE',
  missing: 'ERR_ENVELOPE_MISSING',
  replay: 'ERR_ENVELOPE_REPLAYED',
};

describe.each(['real', 'virtual'])('attacks on envelopes, on %s time', clock => {
  it.each(ENVELOPE_ATTACKS)(
    '%s: b refuses what arrives; without the attacker the script runs',
    async attack => {
      const session = await sessionOf({ ...NETWORK, clock, ttlMs: 3000 });
      const free = session.attackEnvelopes(attack);
      const { refusals, responseJson } = await session.run(SCRIPT, { file: 's' });
      const b = session.peerIds.get('b');
      expect(refusals.filter(({ peerId }) => peerId === b)).toMatchObject([
        { stage: 'envelope', code: CODES[attack] },
      ]);
      // Of two equal envelopes the first is in order.
      expect(responseJson).toBe(attack === 'replay' ? '7' : 'null');
      free();
      const after = await session.run(SCRIPT, { file: 's' });
      expect([after.refusals, after.responseJson]).toEqual([[], '7']);
    },
  );
});
