/**
 * Runs inside the engine before the guest, so nothing of the guest can have changed what it uses. It takes away clock and randomness, or
 * gives those of the host, and adds `beryl`. What it returns is used by the host alone.
 *
 * A guest that changes `JSON`, `Array.prototype` and the like changes its own world: only texts leave it, and the host reads them anew.
 */
export const PRELUDE = `(ask, random, hasClock, hasRandom) => {
  'use strict';
  const { parse, stringify } = JSON;
  const { apply, construct, defineProperty } = Reflect;
  const [GuestError, GuestTypeError, GuestDate] = [Error, TypeError, Date];
  const absent = name => () => {
    throw new GuestTypeError('ERR_SANDBOX_CALL: this guest has no ' + name);
  };
  if (!hasClock) {
    const noClock = absent('clock');
    const Clockless = function Date(...args) {
      if (new.target === undefined || args.length === 0) return noClock();
      return construct(GuestDate, args, new.target);
    };
    Clockless.now = noClock;
    Clockless.parse = GuestDate.parse;
    Clockless.UTC = GuestDate.UTC;
    Clockless.prototype = GuestDate.prototype;
    defineProperty(GuestDate.prototype, 'constructor', { value: Clockless });
    globalThis.Date = Clockless;
  }
  Math.random = hasRandom ? () => random() : absent('randomness');
  const request = parts => {
    const answer = parse(ask('' + stringify(parts)));
    if (answer.error !== undefined) throw new GuestError(answer.error);
    return answer.value;
  };
  const beryl = {
    call: (service, fn, ...args) => request(['service', service, fn, args]),
    host: (name, ...args) => request(['host', name, args]),
    state: undefined,
  };
  defineProperty(globalThis, 'beryl', { value: beryl });
  return {
    run: (fn, argsJson, stateJson) => {
      if (stateJson !== undefined) beryl.state = parse(stateJson);
      return apply(fn, undefined, parse(argsJson));
    },
    answer: value => (value === undefined ? 'null' : stringify(value)),
    state: () => stringify(beryl.state),
    explain: thrown => {
      try {
        const { name, message } = thrown;
        if (typeof message === 'string') return stringify([typeof name === 'string' ? name : '', message.slice(0, 2000)]);
        return stringify(['', typeof thrown === 'string' ? thrown.slice(0, 2000) : 'something that is not an error']);
      } catch {
        return '["","something that is not an error"]';
      }
    },
  };
}`;
