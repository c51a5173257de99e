import { describe, expect, it } from 'vitest';
import { createPeer, createSimulation, VirtualClock, type PeerOptions } from '../../../peer/index.ts';
import { auth, startService } from '../../../services/index.ts';
import { seedOf } from '../../support/cast.ts';
import { World } from '../../support/world.ts';

const transport = {
  start: () => undefined,
  stop: () => undefined,
  send: async () => ({ ok: true }) as const,
};
const base: PeerOptions = { secretKey: seedOf('alice'), transport };
const service = startService(auth({ admins: [] }));

// In plain JavaScript no compiler checks options: a misspelt one must not count as left out.
describe('createPeer', () => {
  it.each([
    ['the required options alone', {}],
    [
      'every option',
      { services: [service], acl: { rules: [] }, guardMode: 'off', denied: [], limits: { ttlMs: 5 } },
    ],
    ['infinite bounds', { runLimits: { instructions: Infinity } }],
    ['a clock', { clock: new VirtualClock(0) }],
    [
      'an observer of a class',
      {
        observer: new (class {
          own = 1;
          step(): void {}
        })(),
      },
    ],
    ['undefined for optional ones', { guardMode: undefined, observer: undefined }],
  ])('accepts %s', (_, more) => {
    expect(() => createPeer({ ...base, ...more } as PeerOptions)).not.toThrow();
  });

  it.each([
    ['no options', undefined, 'createPeer: options must be an object, found undefined'],
    ['no key', { secretKey: undefined }, 'createPeer: option `secretKey` is missing'],
    [
      'a key as text',
      { secretKey: 'secret' },
      /`secretKey` must be a seed of 32 bytes or a signer, found "secret"/,
    ],
    ['no transport', { transport: undefined }, 'createPeer: give either `transport` or `link`'],
    [
      'a misspelt mode',
      { guardMode: 'Enforce' },
      /`guardMode` must be .*, found "Enforce"; did you mean `enforce`\?$/,
    ],
    [
      'a misspelt option',
      { gaurdMode: 'off' },
      'createPeer: unknown option `gaurdMode`; did you mean `guardMode`?',
    ],
    [
      'a misspelt access list',
      { ACL: { rules: [] } },
      'createPeer: unknown option `ACL`; did you mean `acl`?',
    ],
    [
      'a definition in place of a service',
      { services: [service, auth({ admins: [] })] },
      'createPeer: option `services` must be running services: `services[1]` is an object; write startService(…) around a definition',
    ],
    [
      'a service outside a list',
      { services: service },
      'createPeer: option `services` must be a list, found an object',
    ],
    [
      'one peer as text',
      { denied: 'mallory' },
      'createPeer: option `denied` must be a list, found "mallory"',
    ],
    [
      'a misspelt limit',
      { limits: { ttlMS: 1 } },
      'createPeer: option `limits` must be well-formed: unknown option `ttlMS`; did you mean `ttlMs`?',
    ],
    [
      'a limit below 0',
      { limits: { ttlMs: -1 } },
      /option `ttlMs` must be an integer of 0 or more, found -1/,
    ],
    ['a misspelt limit of a run', { runLimits: { instruction: 1 } }, /did you mean `instructions`\?$/],
    [
      'a limit that is not a number',
      { runLimits: { instructions: '5' } },
      /`instructions` must be an integer/,
    ],
    [
      'a misspelt listener',
      { observer: { calls: () => undefined } },
      'createPeer: option `observer` must be well-formed: unknown option `calls`; did you mean `call`?',
    ],
    [
      'a listener that is not a function',
      { observer: { call: true } },
      /option `call` must be a function, found true/,
    ],
    ['a logger that cannot warn', { logger: console.log }, /`logger` must be an object with a method `warn`/],
    ['a clock without timers', { clock: Date }, /`clock` must be an object with a method `after`/],
  ])('refuses %s', (_, more, message) => {
    const make = () => createPeer((more === undefined ? more : { ...base, ...more }) as PeerOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(typeof message === 'string' ? new TypeError(message) : message);
  });
});

describe('createSimulation, addPeer and run', () => {
  it('refuse misspelt options', () => {
    expect(() => createSimulation({ seed: 1, startMS: 0 } as never)).toThrow(/did you mean `startMs`\?$/);
    expect(() => createSimulation({ seed: 1 } as never)).toThrow(/option `startMs` is missing/);
    const simulation = createSimulation({ seed: 1, startMs: 0 });
    const secretKey = seedOf('alice');
    expect(() => simulation.addPeer({ secretKey, guardmode: 'off' } as never)).toThrow(
      /did you mean `guardMode`\?$/,
    );
    const peer = createSimulation({ seed: 1, startMs: 0 }).addPeer({ secretKey });
    expect(() => peer.run('(null)', { ttl: 5 } as never)).toThrow(
      /unknown option `ttl`; did you mean `ttlMs`\?$/,
    );
    expect(() => peer.run('(null)', { handlers: { callback: {} } } as never)).toThrow(
      /did you mean `callbacks`\?$/,
    );
    expect(() => peer.run('(null)', { ttlMs: 5 })).not.toThrow();
  });
});

describe('observers', () => {
  it('that throw, or whose promise rejects, are logged and otherwise ignored', async () => {
    const logged: string[] = [];
    const { simulation } = new World();
    const peer = simulation.addPeer({
      secretKey: seedOf('alice'),
      logger: { warn: (message, fields) => void logged.push(`${message}: ${String(fields['failure'])}`) },
      observer: {
        step: () => {
          throw Object.create(null);
        },
        // An observer may be asynchronous.
        call: (async () => {
          throw new Error('unhandled');
        }) as () => void,
      },
    });
    const run = peer.run('(call %init_peer_id% ("callbackSrv" "response") [1])');
    await simulation.settle();
    expect(await run.done).toBe(1);
    expect([...new Set(logged)]).toEqual([
      'an observer has thrown: a value that cannot be shown was thrown',
      'an observer has thrown: unhandled',
    ]);
  });
});
