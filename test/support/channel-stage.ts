import { z } from 'zod';
import {
  createChannel,
  createKeyService,
  createServiceKeys,
  defineService,
  fail,
  okJson,
  remoteService,
  serveChannel,
  startService,
  type Acl,
  type AllowedService,
  type Channel,
  type ChannelConnector,
  type ChannelError,
  type ChannelLink,
  type ChannelMode,
  type ChannelOptions,
  type ChannelServer,
  type KeyService,
  type KeyServiceOptions,
  type ServeOptions,
  type ServiceKeys,
} from '../../services/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import { createDispatcher, createRegistry, type CallDecision } from '../../services/index.ts';
import { ALICE, HOST, tetraplet, VirtualClock, settle } from '../unit/services/harness.ts';

/** What somebody on the way makes of one frame: frames to deliver instead. Direction 1 is from the host. */
export type Tap = (frame: Uint8Array, direction: 1 | 2) => readonly Uint8Array[];

interface End {
  /** Came before somebody listened. */
  readonly early: Uint8Array[];
  data?: (bytes: Uint8Array) => void;
  close?: () => void;
}

/** Two ends of a link; what is sent passes the tap. */
export class Wire {
  tap: Tap = frame => [frame];
  /** All frames that were sent, in order. */
  readonly sent: { readonly frame: Uint8Array; readonly direction: 1 | 2 }[] = [];
  readonly host: ChannelLink;
  readonly service: ChannelLink;
  readonly #ends: Record<1 | 2, End> = { 1: { early: [] }, 2: { early: [] } };
  /** Bytes that a side has sent and that the other one has not taken. */
  hostWaitingBytes = 0;
  serviceWaitingBytes = 0;
  #isClosed = false;

  constructor() {
    this.host = this.#end(1);
    this.service = this.#end(2);
  }

  /** Delivers bytes to the other side of a direction, whoever made them. */
  inject(bytes: Uint8Array, direction: 1 | 2): void {
    const to = this.#ends[direction === 1 ? 2 : 1];
    queueMicrotask(() => {
      if (this.#isClosed) return;
      if (to.data === undefined) to.early.push(bytes);
      else to.data(bytes);
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { close } of Object.values(this.#ends)) close?.();
  }

  #end(direction: 1 | 2): ChannelLink {
    const waitingBytes = (): number => (direction === 1 ? this.hostWaitingBytes : this.serviceWaitingBytes);
    return {
      get waitingBytes() {
        return waitingBytes();
      },
      send: frame => {
        if (this.#isClosed) return;
        this.sent.push({ frame, direction });
        for (const one of this.tap(frame, direction)) this.inject(one, direction);
      },
      close: () => this.close(),
      onData: listener => {
        this.#ends[direction].data = listener;
        for (const bytes of this.#ends[direction].early.splice(0)) listener(bytes);
      },
      onClose: listener => (this.#ends[direction].close = listener),
    };
  }
}

/** Another service of the host. */
const pricesService = (done: string[] = [], pending: (() => void)[] = []) =>
  defineService({
    id: 'prices',
    functions: {
      price_of: {
        arguments: { item: z.string() },
        guards: {},
        result: z.number(),
        handler: ({ item }) => {
          done.push(`price of ${item}`);
          return item.length;
        },
      },
      slow: {
        arguments: {},
        guards: {},
        result: z.string(),
        handler: () => new Promise<string>(resolve => pending.push(() => resolve('late'))),
      },
      misfit: { arguments: {}, guards: {}, result: z.number(), handler: () => okJson('"text"') },
      clear: {
        arguments: {},
        guards: {},
        result: z.boolean(),
        management: true,
        handler: () => done.push('cleared') > 0,
      },
      secret: { arguments: {}, guards: {}, result: z.string(), handler: () => 'secret' },
    },
  });

/** What the service of the stage has done. */
export const bankService = (done: string[] = []) =>
  defineService({
    id: 'bank',
    functions: {
      pay: {
        arguments: { to: z.string(), amount: z.int() },
        guards: {},
        result: z.strictObject({ paid: z.int(), to: z.string() }),
        handler: ({ to, amount }) => {
          done.push(`${to} ${amount}`);
          return amount > 1000 ? fail('too much', { limit: 1000 }) : { paid: amount, to };
        },
      },
      /** Calls another service of the host, and tells what came of it. */
      ask: {
        arguments: { service: z.string(), fn: z.string(), args: z.array(z.json()) },
        guards: {},
        handler: async ({ service, fn, args }, call) => {
          done.push(`asks ${fn}`);
          const { kind, result, ...rest } = await call.callService(service, fn, args);
          return kind === 'served' && 'resultJson' in result
            ? okJson(result.resultJson)
            : fail('text' in rest ? rest.text : kind, { code: 'code' in rest ? rest.code : '' });
        },
      },
      wait: {
        arguments: {},
        guards: {},
        handler: (_, { signal }) =>
          new Promise<string>(resolve => {
            done.push('waits');
            signal.addEventListener('abort', () => {
              done.push('stopped');
              resolve('stopped');
            });
          }),
      },
    },
  });

export interface StageOptions {
  readonly hostMode?: ChannelMode;
  readonly serviceMode?: ChannelMode;
  readonly keyService?: KeyServiceOptions;
  readonly host?: Partial<ChannelOptions>;
  readonly serve?: Partial<ServeOptions>;
  /** The service has no key: an old one. */
  readonly isOld?: boolean;
  /** What the service may call. Left out: `prices`, but for `secret`. */
  readonly allowed?: readonly AllowedService[];
  readonly acl?: Acl;
}

/** A host and a service with a wire between them, on virtual time. */
export class ChannelStage {
  readonly clock = new VirtualClock();
  readonly done: string[] = [];
  readonly log: Readonly<Record<string, unknown>>[] = [];
  readonly wires: Wire[] = [];
  /** Calls of `prices.slow`: each waits until its entry is called. */
  readonly pending: (() => void)[] = [];
  readonly prices = pricesService(this.done, this.pending);
  allowed: readonly AllowedService[] = [
    { definition: this.prices, functions: ['price_of', 'slow', 'misfit', 'clear'] },
  ];
  acl: Acl | undefined;
  readonly ends: ChannelError[] = [];
  tap: Tap = frame => [frame];
  keys!: KeyService;
  serviceKeys: ServiceKeys | undefined;
  server!: ChannelServer;
  channel!: Channel;

  static async make(options: StageOptions = {}): Promise<ChannelStage> {
    const stage = new ChannelStage();
    const { clock, log } = stage;
    const logger = { warn: (message: string, fields: object) => void log.push({ message, ...fields }) };
    if (options.allowed !== undefined) stage.allowed = options.allowed;
    stage.acl = options.acl;
    stage.keys = await createKeyService({ clock, ...options.keyService });
    const { serviceMode = 'enforce', hostMode = 'enforce', isOld = false } = options;
    if (!isOld) stage.serviceKeys = await createServiceKeys({ bootstrap: await stage.keys.invite('bank') });
    stage.server = serveChannel(bankService(stage.done), {
      channel: 'bank',
      clock,
      mode: isOld ? 'off' : serviceMode,
      ...(stage.serviceKeys && { keys: stage.serviceKeys }),
      onEnd: reason => stage.ends.push(reason),
      ...options.serve,
    });
    stage.channel = createChannel({
      name: 'bank',
      connector: stage.connector(),
      keys: stage.keys,
      mode: hostMode,
      clock,
      logger,
      ...options.host,
    });
    return stage;
  }

  /** A bank that answers before the call that it makes has ended, and makes another one behind that. */
  static hasty(late: unknown[]) {
    return defineService({
      id: 'bank',
      functions: {
        wait: {
          arguments: {},
          guards: {},
          handler(_, { callService }) {
            const call = () => callService('prices', 'price_of', ['apple']);
            void call()
              .then(({ kind }) => late.push(kind))
              .then(call)
              .catch((error: Error) => late.push(error.message));
            return 'done';
          },
        },
      },
    });
  }

  connector(): ChannelConnector {
    return {
      needsBootstrap: false,
      open: () => {
        const wire = new Wire();
        wire.tap = (frame, direction) => this.tap(frame, direction);
        this.wires.push(wire);
        this.server.accept(wire.service);
        return Promise.resolve(wire.host);
      },
    };
  }

  get wire(): Wire {
    return this.wires.at(-1) as Wire;
  }

  /** Calls through the peer's dispatcher, as a script does. */
  async call(
    functionName: string,
    args: readonly JsonValue[],
    ttl = 10_000,
    initPeerId = ALICE,
  ): Promise<CallDecision> {
    const bank = remoteService(bankService(), this.channel, { services: this.allowed });
    const dispatcher = createDispatcher({
      peerId: HOST,
      clock: this.clock,
      registry: createRegistry([bank, startService(this.prices)]),
      ...(this.acl && { acl: this.acl }),
    });
    const decision = dispatcher.dispatch({
      request: {
        serviceId: 'bank',
        functionName,
        arguments: [...args],
        argumentsJson: JSON.stringify(args),
        tetraplets: args.map(() => [tetraplet(initPeerId, '', '')]),
        elementwise: args.map(() => false),
        origins: [],
        site: '1',
      },
      particle: {
        id: 'p',
        initPeerId,
        timestamp: this.clock.now(),
        ttl,
        signature: new Uint8Array(64),
      },
    });
    await settle();
    return decision;
  }

  /** Has the service call another one of the host. */
  async ask(
    service: string,
    fn: string,
    args: readonly JsonValue[] = [],
    initPeerId = ALICE,
  ): Promise<unknown> {
    const decision = this.call('ask', [service, fn, [...args]], 10_000, initPeerId);
    await this.clock.advance(10_001);
    return said(await decision);
  }

  /** What a call came to: its result, or the text of its failure. */
  async pay(to = 'carol', amount = 5): Promise<unknown> {
    const decision = this.call('pay', [to, amount]);
    await this.clock.advance(10_001);
    return said(await decision);
  }
}

export function said({ result, ...decision }: CallDecision): unknown {
  const text = 'resultJson' in result ? result.resultJson : JSON.stringify(result.result);
  return decision.kind === 'served' ? JSON.parse(text) : `${decision.code}: ${text}`;
}

/** The first frame of a type that went that way. Type bytes are in docs/spec/channel.md. */
export function frameOf(wire: Wire, direction: 1 | 2, type: number): Uint8Array {
  const found = wire.sent.find(one => one.direction === direction && one.frame[5] === type);
  if (found === undefined) throw new Error(`no frame of type ${type} went in direction ${direction}`);
  return found.frame;
}

/** A frame with one bit of one byte changed. */
export function changed(frame: Uint8Array, at: number): Uint8Array {
  const copy = frame.slice();
  const index = at < 0 ? frame.length + at : at;
  copy[index] = (copy[index] as number) ^ 1;
  return copy;
}

/** A frame without its MAC, as a side without keys would send it. */
export function stripped(frame: Uint8Array): Uint8Array {
  if (frame[7] === 0) return frame;
  const bare = frame.slice(0, -32);
  new DataView(bare.buffer).setUint32(0, bare.length - 4);
  bare.fill(0, 7, 16);
  return bare;
}
