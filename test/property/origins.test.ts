import { describe, expect, it } from 'vitest';
import {
  applyGetter,
  canonicalJson,
  equalJson,
  Float,
  parseJson,
  type Json,
  type Origin,
  type Tetraplet,
} from '../../interpreter/index.ts';
import { idOf, withNames } from '../support/cast.ts';
import { Play, PROGRAMS, programs, SEED, TIMEOUT, type Call } from './play.ts';

describe(`${PROGRAMS} random programs from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  const plays = programs(PROGRAMS, { size: 14 }).map(program => new Play(program));
  const told = ({ program }: Play, what: object): string =>
    `seed ${program.seed}: ${withNames(JSON.stringify(what))} ${withNames(program.air)}`;

  it('get(result, getter) = argument, for every tetraplet that names a service', () => {
    let checked = 0;
    for (const play of plays) {
      for (const { request } of play.calls) {
        const args = parseJson(request.argumentsJson) as readonly Json[];
        for (const [i, list] of request.tetraplets.entries()) {
          for (const [j, tetraplet] of list.entries()) {
            if (tetraplet.serviceId === '' || isError(tetraplet)) continue;
            const value = request.elementwise[i] === true ? elementOf(args[i] as Json, j) : args[i];
            if (value === undefined) continue;
            checked += 1;
            expect(
              play.calls.some(call => answered(call, tetraplet, value)),
              told(play, tetraplet),
            ).toBe(true);
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(PROGRAMS / 4);
  });

  it('arguments(origin) = origins(the call that made it), all the way down', () => {
    let checked = 0;
    for (const play of plays) {
      const made = new Map<string, Set<string>>();
      for (const { name, request } of play.calls) {
        const key = JSON.stringify([idOf(name), request.serviceId, request.functionName]);
        made.set(key, (made.get(key) ?? new Set()).add(JSON.stringify(request.origins.map(shapeOf))));
      }
      for (const origin of play.calls.flatMap(({ request }) => request.origins).flatMap(withinReach)) {
        if (origin.record === undefined) {
          expect(origin.arguments).toHaveLength(0);
          continue;
        }
        checked += 1;
        const { peerId, serviceId, functionName } = origin.tetraplet;
        const requests = made.get(JSON.stringify([peerId, serviceId, functionName]));
        expect(requests, told(play, origin.tetraplet)).toContain(
          JSON.stringify(origin.arguments.map(shapeOf)),
        );
      }
    }
    expect(checked).toBeGreaterThan(PROGRAMS / 4);
  });

  it('kind(origin) = literal, only for what the script spells out', () => {
    let checked = 0;
    for (const play of plays) {
      for (const { request } of play.calls) {
        const args = parseJson(request.argumentsJson) as readonly Json[];
        for (const [i, { kind }] of request.origins.entries()) {
          if (kind !== 'literal') continue;
          checked += 1;
          expect(
            isSpelledOut(args[i] as Json, play.program.air),
            told(play, { argument: canonicalJson(args[i] as Json) }),
          ).toBe(true);
        }
      }
    }
    expect(checked).toBeGreaterThan(PROGRAMS / 4);
  });
});

const isError = ({ getter }: Tetraplet): boolean => getter.startsWith(':error:');

function answered({ name, request, resultJson }: Call, tetraplet: Tetraplet, value: Json): boolean {
  if (resultJson === undefined || idOf(name) !== tetraplet.peerId) return false;
  if (request.serviceId !== tetraplet.serviceId || request.functionName !== tetraplet.functionName)
    return false;
  const part = applyGetter(parseJson(resultJson), tetraplet.getter);
  return part !== undefined && equalJson(part, value);
}

const elementOf = (list: Json, index: number): Json | undefined =>
  Array.isArray(list) ? (list[index] as Json) : undefined;

const NODES_MAX = 200;

/** An origin and those below it, breadth first. */
function withinReach(origin: Origin): Origin[] {
  const found = [origin];
  for (let i = 0; i < found.length && found.length < NODES_MAX; i++) {
    const { arguments: args, parts } = found[i] as Origin;
    found.push(...args, ...parts);
  }
  return found;
}

/** What an origin says, two levels deep. */
const shapeOf = (origin: Origin): object => ({
  ...flat(origin),
  arguments: origin.arguments.map(flat),
  parts: origin.parts.map(flat),
});

/** What the script put together is said to be of the peer that runs, whichever that is. */
const flat = ({ kind, tetraplet, record, selectors }: Origin): object =>
  kind === 'composed'
    ? { kind, getter: tetraplet.getter, selectors }
    : { kind, tetraplet, record, selectors };

/** Literals, `[]`, what the particle says of itself, and pairs and errors (`fail 1 "text"`) made of these. */
function isSpelledOut(value: Json, air: string): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null && ('key' in value || 'error_code' in value))
    return Object.values(value).every(member => isSpelledOut(member, air));
  if (typeof value === 'string')
    return PARTICLE.includes(value) || air.includes(`(${value})`) || air.includes(`"${value}"`);
  // The one array that a script can spell out has no items.
  if (value === 0 && air.includes('.length')) return true;
  return (
    PARTICLE.includes(value) || [...air.matchAll(WORD)].some(([word]) => equalJson(literal(word), value))
  );
}

const WORD = /(?<=[\s[(])(?:true|false|[+-]?\d[\d.]*)(?=[\s\])])/g;

function literal(word: string): Json {
  if (!/\d/.test(word)) return word === 'true';
  if (!word.includes('.')) return parseJson(String(BigInt(word.replace(/^\+/, ''))));
  const value = Number(word);
  return Number.isInteger(value) ? new Float(value) : value;
}

const PARTICLE: readonly Json[] = [idOf('alice'), 1111, 2222];
