// Work that an engine has not seen: each piece is another particle.
import { now } from '../clock.mjs';
import { EMPTY, INIT } from '../engines/peers.mjs';
import { play } from '../engines/play.mjs';
import { renewing } from './renew.mjs';

/** Scripts are parsed from text as it arrives: one flat string, not pieces that the first reader has to put together. */
const flat = air => Buffer.from(air).toString();

/** @returns {{ next(): number }} `next` does one piece and returns its milliseconds. */
export function supplyOf(engine, { name, script, runs }, size, prepared) {
  if (runs === 'all') return playing(engine, script, size);
  if (runs === 'first') return beginning(engine, script, size);
  // AquaVM keeps nothing from run to run, so that a few inputs in turn are as good as new ones.
  const renew = engine.name === 'Beryl' ? renewing(prepared[0]) : undefined;
  let at = 0;
  return {
    next() {
      at += 1;
      return timed(engine, renew === undefined ? prepared[at % prepared.length] : renew(at), name);
    },
  };
}

function playing(engine, script, size) {
  let n = 0;
  return { next: () => play(engine, script(size, n), ++n) };
}

function beginning(engine, script, size) {
  let n = 0;
  const first = script(size, 0).air;
  const same = script(size, 1).air === first ? flat(first) : undefined;
  return {
    next() {
      const air = same ?? flat(script(size, n).air);
      const input = { to: INIT, air, particle: ++n, prev: EMPTY, current: EMPTY, results: [] };
      return timed(engine, input, 'first run');
    },
  };
}

function timed(engine, input, what) {
  const begin = now();
  const { code, message } = engine.run(input);
  const took = now() - begin;
  if (code !== 0) throw new Error(`${engine.name}, ${what}: code ${code} ${message.slice(0, 300)}`);
  return took;
}
