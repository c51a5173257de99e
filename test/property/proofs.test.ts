import { describe, expect, it } from 'vitest';
import {
  decodeData,
  exportProof,
  parseJson,
  canonicalJson,
  type Json,
  type ProofClaims,
} from '../../interpreter/index.ts';
import { idOf, withNames } from '../support/cast.ts';
import { Play, PROGRAMS, programs, SEED, TIMEOUT } from './play.ts';

/** Proofs take a run each. */
const COUNT = Math.ceil(PROGRAMS / 4);

describe(`${COUNT} random programs from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  const plays = programs(COUNT, { size: 14 }, undefined, 7).map(program => new Play(program));

  it('origins(proof(call)) = origins(request(call)), for every call that its peer has recorded', () => {
    let checked = 0;
    let sealed = 0;
    for (const play of plays) {
      for (const { name, request } of play.calls) {
        const data = play.dataOf(name);
        const log = decodeData(data, play.particle.signature, 'test').logs.get(idOf(name));
        if (log?.find(request.site) === undefined) continue;
        const call = { peerId: idOf(name), site: request.site };
        const why = `seed ${play.program.seed}: ${request.site} ${withNames(play.program.air)}`;
        const { claims } = exportProof(data, play.particle, call, { show: 'needed' });
        const full = exportProof(data, play.particle, call, { show: 'all' }).claims;
        checked += 1;
        sealed += claims.sealed.length;
        // A request that other arguments have superseded has another record at its site.
        const args = parseJson(request.argumentsJson) as readonly Json[];
        const shown = full.arguments.map(at => full.origins[at]?.valueJson);
        if (shown.some((text, i) => text !== undefined && text !== canonicalJson(args[i] as Json))) continue;
        expect(kinds(claims), why).toEqual(request.origins.map(({ kind }) => kind));
        expect(kinds(full), why).toEqual(kinds(claims));
        for (const [i, origin] of request.origins.entries())
          if (origin.kind === 'service')
            expect(claims.origins[claims.arguments[i] as number]?.tetraplet, why).toEqual(origin.tetraplet);
        expect(full.origins.length, why).toBe(claims.origins.length);
      }
    }
    expect(checked).toBeGreaterThan(COUNT / 4);
    expect(sealed).toBeGreaterThan(0);
  });
});

const kinds = ({ arguments: args, origins }: ProofClaims): unknown[] => args.map(at => origins[at]?.kind);
