import { z } from 'zod';
import type { Clock } from '../../peer/index.ts';
import { defineService, startService, type ServiceInstance } from '../../services/index.ts';
import { fromBase58, NO_BYTES } from '../../base/bytes.ts';
import type { Chance } from './chance.ts';
import { short } from './history.ts';
import { idOfMember } from './members.ts';

/** What handlers do. Some are hostile, or broken. */
const MANNERS = ['quick', 'quick', 'slow', 'slower', 'throws', 'hangs', 'no-json', 'late-write'] as const;

/** Receives each effect: which piece of work, and under which key. */
export type EffectObserver = (work: string, key: string) => void;

/** One piece of work of one particle: what may be done once only. An idempotency key begins with the particle’s signature. */
function nameOf(key: string, n: number): string {
  const [signature = ''] = key.split(':');
  return `${short(fromBase58(signature) ?? NO_BYTES)} ${n}`;
}

/** Works, each in a manner that the script chooses, and keeps in its state what it has done. */
export function worker(clock: Clock, effect: EffectObserver): ServiceInstance {
  const wait = (ms: number): Promise<void> => new Promise(resolve => void clock.after(ms, resolve));
  return startService(
    defineService({
      id: 'work',
      state: { done: [] as string[] },
      functions: {
        do: {
          arguments: { n: z.int(), manner: z.enum(MANNERS) },
          guards: {},
          timeoutMs: 2000,
          async handler({ n, manner }, call) {
            const name = nameOf(call.idempotencyKey, n);
            effect(name, call.idempotencyKey);
            if (manner === 'slow') await wait(50);
            if (manner === 'slower') await wait(900);
            if (manner === 'throws') throw new Error('broken');
            if (manner === 'hangs') await new Promise(() => undefined);
            if (manner === 'no-json') return Number.NaN;
            call.state.done.push(name);
            if (manner === 'late-write')
              void wait(3000)
                .then(() => call.state.done.push(`late ${name}`))
                .catch(() => undefined);
            return name;
          },
        },
        see: { arguments: { all: z.array(z.string()) }, guards: {}, handler: ({ all }) => all.length },
      },
    }),
  );
}

/** A script of random shape over these members; each of its calls has a number of its own. It ends with a response. */
export function scriptOf(chance: Chance, members: readonly string[]): string {
  let n = 0;
  const peer = (): string => `"${idOfMember(chance.of(members))}"`;
  const call = (to = ''): string => `(call ${peer()} ("work" "do") [${++n} "${chance.of(MANNERS)}"]${to})`;
  const join = (): string => {
    const id = ++n;
    const both = `(par ${call(` $all${id}`)} ${call(` $all${id}`)})`;
    return `(seq ${both} (seq (canon ${peer()} $all${id} #all${id}) (call ${peer()} ("work" "see") [#all${id}])))`;
  };
  const part = (depth: number): string => {
    if (depth === 3 || chance.is(0.3)) return chance.is(0.2) ? join() : call();
    return `(${chance.of(['seq', 'seq', 'par', 'xor'])} ${part(depth + 1)} ${part(depth + 1)})`;
  };
  return `(seq (xor ${part(0)} (null)) (call %init_peer_id% ("callbackSrv" "response") []))`;
}
