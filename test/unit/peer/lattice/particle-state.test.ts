import { expect, it } from 'vitest';
import {
  decodeMeta,
  decodeNonces,
  decodeState,
  encodeMeta,
  encodeNonces,
  encodeState,
} from '../../../../peer/lattice/particle-state.ts';
import { signParticle, type StoredParticle } from '../../../../peer/index.ts';
import { signer } from '../../../support/cast.ts';

const { data: _, ...header } = signParticle(signer('alice'), {
  id: 'ä😀',
  timestamp: 1,
  ttl: 2,
  script: '(null)',
});
const nonces = [{ origin: 'o', nonce: 'n', untilMs: 5 }];
const particle: StoredParticle = {
  header,
  revision: 7,
  data: Uint8Array.of(1, 2),
  sends: ['a', 'b'],
  variables: '{"x":1}',
  isAtRest: true,
  answers: [{ call: 'c', retCode: -1, resultJson: '"no"' }],
};

it.each([
  ['with everything', particle],
  [
    'with nothing',
    { ...particle, data: new Uint8Array(0), sends: [], variables: null, isAtRest: false, answers: [] },
  ],
])('reads a particle as it was written, %s', (_title, one) => {
  expect(decodeState(encodeState({ particle: one, nonces }))).toEqual({ particle: one, nonces });
});

it('reads the other values as they were written', () => {
  expect(decodeMeta(encodeMeta({ own: 1, others: 2 }))).toEqual({ own: 1, others: 2 });
  expect(decodeNonces(encodeNonces(nonces))).toEqual(nonces);
});

it.each([decodeState, decodeMeta, decodeNonces])('refuses other bytes', read => {
  expect(() => read(Uint8Array.of(0x80))).toThrow(expect.objectContaining({ code: 'ERR_WIRE_FORMAT' }));
});
