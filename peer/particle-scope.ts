import type { JsonValue } from '../interpreter/index.ts';
import {
  createRegistry,
  defineService,
  expectInitPeer,
  hostPeer,
  startService,
  type HandlerAnswer,
  type ServiceInstance,
  type ServiceLookup,
  type StandardSchemaV1,
} from '../services/index.ts';
import { StartedFailure } from './errors.ts';
import type { Settler } from './settlement.ts';

/** The variables and callbacks that the starting program gives to its script. */
export interface ParticleHandlers {
  /** Answers of `getDataSrv`, by function name: the arguments of the script. */
  readonly data?: Readonly<Record<string, JsonValue>>;
  /** Functions of `callbackSrv`, by name; each may be called any number of times while the particle lives. */
  readonly callbacks?: Readonly<Record<string, (...args: readonly JsonValue[]) => unknown>>;
}

/** The two ways to settle a run. */
export type Settle = Pick<Settler, 'resolve' | 'reject'>;

/**
 * The services of one particle on the peer that started it: variables (`getDataSrv`), callbacks and response (`callbackSrv`), and
 * errors (`errorHandlingSrv`). Compilers to AIR emit these names.
 */
export function particleScope(handlers: ParticleHandlers, settle: Settle): ServiceLookup {
  return createRegistry([
    variables(handlers.data ?? {}),
    callbacks(handlers.callbacks ?? {}, settle),
    errorHandling(settle),
  ]);
}

const anything: StandardSchemaV1 = {
  '~standard': { version: 1, vendor: 'beryl', validate: value => ({ value }) },
};

/** Only the particle's init peer, which is this host, may call them. */
const fromAny = { arguments: {}, rest: anything, guards: {}, caller: expectInitPeer(hostPeer) };

function variables(data: Readonly<Record<string, JsonValue>>): ServiceInstance {
  const functions = Object.entries(data).map(
    ([name, value]) => [name, { ...fromAny, handler: () => value }] as const,
  );
  return startService(defineService({ id: 'getDataSrv', functions: Object.fromEntries(functions) }));
}

function callbacks(functions: NonNullable<ParticleHandlers['callbacks']>, settle: Settle): ServiceInstance {
  const all: NonNullable<ParticleHandlers['callbacks']> = {
    ...functions,
    response: (...args) => {
      const [only = null] = args;
      settle.resolve(args.length > 1 ? [...args] : only);
      return {};
    },
  };
  const declared = Object.entries(all).map(
    ([name, callback]) =>
      [
        name,
        {
          ...fromAny,
          handler: (_: unknown, call: { rest: readonly JsonValue[] }) =>
            callback(...call.rest) as HandlerAnswer<unknown>,
        },
      ] as const,
  );
  return startService(defineService({ id: 'callbackSrv', functions: Object.fromEntries(declared) }));
}

function errorHandling(settle: Settle): ServiceInstance {
  return startService(
    defineService({
      id: 'errorHandlingSrv',
      functions: {
        error: {
          ...fromAny,
          handler: (_, call) => {
            const [error = null] = call.rest;
            settle.reject(
              new StartedFailure('ERR_STARTED_SCRIPT', `the script reported: ${messageOf(error)}`, { error }),
            );
            return {};
          },
        },
      },
    }),
  );
}

function messageOf(error: JsonValue): string {
  const isObject = typeof error === 'object' && error !== null && !Array.isArray(error);
  const message = isObject ? error['message'] : error;
  return typeof message === 'string' ? message : 'an error without a message';
}
