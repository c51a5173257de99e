import { createHash } from 'node:crypto';
import {
  memorySource,
  MemorySink,
  Recorder,
  signCheckpoint,
  verifyRecordings,
  type AuditReport,
  type Entry,
  type EntryKind,
  type EntryOf,
  type RecorderOptions,
  type Trust,
  type VerifyOptions,
} from '../../audit/index.ts';
import { Frontier, leafOfEntry } from '../../audit/log/tree.ts';
import { utf8 } from '../../base/bytes.ts';
import { sha256, signerOf, type Signer } from '../../interpreter/index.ts';
import { createSimulation, type Simulation } from '../../peer/index.ts';
import { auth, blog, startService, type Acl, type ServiceInstance } from '../../services/index.ts';
import { idOf, seedOf, withIds } from './cast.ts';
import { reportSchema } from './report-schema.ts';

export const ORIGIN = 'example.com/recording/1';
export const RECORDER = signerOf(sha256('test recorder'));

/** A post that carol accepts if alice is an admin, and denies if not. */
export const POST = withIds(`(seq
  (call "bob" ("authSrv" "get_status") [] status)
  (xor
    (call "carol" ("blogSrv" "add_post") ["hello" status.$.is_admin])
    (call %init_peer_id% ("callbackSrv" "response") [:error:])))`);

/** What alice wrote into her script is not an answer of bob. */
export const FORGED_POST = withIds(`(xor
  (call "carol" ("blogSrv" "add_post") ["hello" true])
  (call %init_peer_id% ("callbackSrv" "response") [:error:]))`);

export interface RecordedWorldOptions extends Partial<Omit<RecorderOptions, 'sink' | 'clock'>> {
  /** Scripts that alice starts, one after the other. */
  readonly scripts?: readonly string[];
  /** Peers that the recorder listens to. */
  readonly recorded?: readonly string[];
  /** Rules of all peers. */
  readonly acl?: Acl;
  /** Whom bob calls an admin; left out: alice. */
  readonly admins?: readonly string[];
  readonly isUnsigned?: boolean;
  /** Left out: the recording is ended. */
  readonly isCut?: boolean;
  /** Called before the scripts are started. */
  readonly prepare?: (simulation: Simulation) => void;
}

/** Records alice, bob (Auth) and carol (Blog) while alice runs scripts. @returns The recording. */
export async function recordWorld(options: RecordedWorldOptions = {}): Promise<string> {
  const {
    scripts = [POST],
    recorded = ['alice', 'bob', 'carol'],
    acl,
    admins = [idOf('alice')],
    isUnsigned,
    isCut,
    prepare,
    ...rest
  } = options;
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const sink = new MemorySink();
  const recorder = new Recorder({
    sink,
    origin: ORIGIN,
    ...(isUnsigned !== true && { signer: RECORDER }),
    checkpointEvery: 8,
    ...rest,
    clock: simulation.clock,
  });
  const services: Record<string, ServiceInstance[]> = {
    alice: [],
    bob: [startService(auth({ admins: [...admins] }))],
    carol: [startService(blog({ authPeer: idOf('bob') }))],
  };
  const [alice] = ['alice', 'bob', 'carol'].map(name => {
    const own = services[name] as ServiceInstance[];
    const isRecorded = recorded.includes(name);
    if (isRecorded)
      recorder.addPeer({ peerId: idOf(name), name, rules: { services: own, ...(acl && { acl }) } });
    return simulation.addPeer({
      secretKey: seedOf(name),
      services: own,
      ...(acl && { acl }),
      ...(isRecorded && { observer: recorder }),
    });
  });
  prepare?.(simulation);
  for (const script of scripts) {
    alice?.run(script).done.catch(() => undefined);
    await simulation.settle();
  }
  if (isCut === true) recorder.flush();
  else recorder.end();
  return sink.text();
}

/** Everybody's key. */
export const TRUST: Trust = {
  peers: new Map(['alice', 'bob', 'carol'].map(name => [idOf(name), name])),
  recorders: [RECORDER.peerId],
};

/** As an auditor who knows the peers but not the recorder, from whom tampering with the log cannot be hidden by its signature. */
export const NO_RECORDER: Trust = { ...TRUST, recorders: [] };

export const verifyTexts = (
  texts: readonly string[],
  options: VerifyOptions = { trust: TRUST },
): AuditReport =>
  reportSchema.parse(
    verifyRecordings(
      texts.map(text => memorySource(utf8(text))),
      options,
    ),
  ) as AuditReport;

export const verifyText = (text: string, options?: VerifyOptions): AuditReport =>
  verifyTexts([text], options);

/** The verdict, and what was found, in few words. */
export function verdictOf({ content, completeness, findings, gaps }: AuditReport): string {
  const names = [...new Set([...findings, ...gaps].map(({ name }) => name))];
  return [content, completeness, ...names].join(' ');
}

export interface Lines {
  kind: string;
  payload: string;
}

/** A recording in a forger's hands: lines that can be changed, left out, doubled and moved. */
export class Forgery {
  lines: Lines[];

  constructor(text: string) {
    const [, ...lines] = text.trimEnd().split('\n');
    this.lines = lines.map(line => ({ kind: line.charAt(0), payload: line.slice(2) }));
  }

  get text(): string {
    return ['beryl/recording/2', ...this.lines.map(({ kind, payload }) => `${kind} ${payload}`), ''].join(
      '\n',
    );
  }

  get entries(): Entry[] {
    return this.lines.filter(({ kind }) => kind === 'e').map(({ payload }) => JSON.parse(payload) as Entry);
  }

  /** Entries of a kind. */
  all<Kind extends EntryKind>(kind: Kind): EntryOf<Kind>[] {
    return this.entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
  }

  /** Index of the line of an entry. */
  lineOf(n: number): number {
    return this.lines.findIndex(
      ({ kind, payload }) => kind === 'e' && (JSON.parse(payload) as Entry).n === n,
    );
  }

  /** Replaces an entry. */
  put(entry: Entry): this {
    (this.lines[this.lineOf(entry.n)] as Lines).payload = JSON.stringify(entry);
    return this;
  }

  /** Changes the first entry of a kind for which `change` gives something. */
  change<Kind extends EntryKind>(
    kind: Kind,
    change: (entry: EntryOf<Kind>) => EntryOf<Kind> | undefined,
  ): this {
    for (const entry of this.all(kind)) {
      const changed = change(entry);
      if (changed !== undefined) return this.put(changed as Entry);
    }
    throw new Error(`nothing of kind ${kind} was changed`);
  }

  /** Adds content before the first entry. @returns Its hash. */
  addText(text: string): string {
    this.lines.unshift({ kind: 'v', payload: text });
    return hashOf(text);
  }

  contentOf(hash: string): string {
    return this.lines.find(({ kind, payload }) => kind === 'v' && hashOf(payload) === hash)?.payload ?? '';
  }

  drop(n: number): this {
    this.lines.splice(this.lineOf(n), 1);
    return this;
  }

  /** Leaves out content that no entry names any longer, as a careful forger does. */
  tidy(): this {
    const named = this.lines
      .filter(({ kind }) => kind === 'e')
      .map(({ payload }) => payload)
      .join('');
    this.lines = this.lines.filter(({ kind, payload }) => kind !== 'v' || named.includes(hashOf(payload)));
    return this;
  }

  withoutCheckpoints(): this {
    this.lines = this.lines.filter(({ kind }) => kind !== 'c');
    return this;
  }

  /** Numbers the entries anew, and all references with them: what a forger does who knows the format. References to what is gone stay. */
  renumber(): this {
    const numbers = new Map<number, number>();
    const counts: Record<string, number> = {};
    for (const [place, { n }] of this.entries.entries()) if (!numbers.has(n)) numbers.set(n, place);
    const to = <T>(n: T): T => (typeof n === 'number' ? ((numbers.get(n) ?? n) as T) : n);
    let place = 0;
    for (const line of this.lines) {
      if (line.kind !== 'e') continue;
      const entry = JSON.parse(line.payload) as Record<string, unknown>;
      entry['n'] = place++;
      for (const field of ['peer', 'particle', 'run', 'prev', 'current', 'request'])
        if (field in entry) entry[field] = to(entry[field]);
      if (entry['kind'] === 'run')
        entry['results'] = (entry['results'] as [number, unknown][]).map(([id, answer]) => [id, to(answer)]);
      if (entry['kind'] === 'end') entry['counts'] = { ...counts };
      const kind = entry['kind'] as string;
      counts[kind] = (counts[kind] ?? 0) + 1;
      line.payload = JSON.stringify(entry);
    }
    return this;
  }

  /** Replaces all checkpoints by one over what stands there now, signed with a key of the forger's. */
  resign(signer: Signer, origin = ORIGIN): this {
    this.withoutCheckpoints();
    const tree = new Frontier();
    for (const { kind, payload } of this.lines) if (kind === 'e') tree.append(leafOfEntry(payload));
    const note = signCheckpoint({ origin, size: tree.size, root: tree.root() }, signer);
    this.lines.push({ kind: 'c', payload: JSON.stringify(note) });
    return this;
  }
}

/** Numbers of the entries of a recording of POST and FORGED_POST by what they are: the order of events of several peers may change. */
export interface Points {
  readonly firstRun: number;
  readonly statusRun: number;
  readonly status: number;
  readonly statusDecision: number;
  readonly statusTaken: number;
  readonly sendToCarol: number;
  readonly postRun: number;
  readonly post: number;
  readonly postDecision: number;
  readonly postTaken: number;
  readonly denied: number;
  readonly deniedDecision: number;
  readonly responseRun: number;
  readonly response: number;
  readonly lastSend: number;
  readonly end: number;
}

export function pointsOf(text: string): Points {
  const forgery = new Forgery(text);
  const [first, second] = forgery.all('particle');
  const requestOf = (name: string, particle = second?.n): EntryOf<'request'> =>
    forgery
      .all('request')
      .find(request => request.function === name && request.particle === particle) as EntryOf<'request'>;
  const decisionOf = ({ n }: EntryOf<'request'>): number =>
    (forgery.all('decision').find(({ request }) => request === n) as EntryOf<'decision'>).n;
  const takerOf = (decision: number): number =>
    (
      forgery
        .all('run')
        .find(({ results }) => results.some(([, answer]) => answer === decision)) as EntryOf<'run'>
    ).n;
  const [status, post] = [requestOf('get_status', first?.n), requestOf('add_post', first?.n)];
  const [denied, response] = [requestOf('add_post'), requestOf('response')];
  return {
    firstRun: forgery.all('run')[0]?.n ?? -1,
    statusRun: status.run ?? -1,
    status: status.n,
    statusDecision: decisionOf(status),
    statusTaken: takerOf(decisionOf(status)),
    sendToCarol:
      forgery.all('send').find(({ to, particle }) => to === idOf('carol') && particle === first?.n)?.n ?? -1,
    postRun: post.run ?? -1,
    post: post.n,
    postDecision: decisionOf(post),
    postTaken: takerOf(decisionOf(post)),
    denied: denied.n,
    deniedDecision: decisionOf(denied),
    responseRun: response.run ?? -1,
    response: response.n,
    lastSend: forgery.all('send').at(-1)?.n ?? -1,
    end: forgery.all('end')[0]?.n ?? -1,
  };
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
