import type { Origin, Tetraplet } from '../interpreter/index.ts';

/** Where a made-up argument came from. Well-formed: what a run could give. */
export interface TestOrigin {
  readonly origin: Origin;
  /** The argument is a whole canon: its origin stands for its elements. */
  readonly isCanon: boolean;
}

const behind = { record: undefined, arguments: [], parts: [], selectors: [] } as const;

/** Numbers records, so that two calls are two. */
let records = 0;

/**
 * A literal of the script that a peer started.
 *
 * @param peerId    The init peer; left out in `callAs`, which knows it.
 * @param selectors Peers that chose it among other literals.
 */
export function literal(peerId = '', selectors: readonly string[] = []): TestOrigin {
  const tetraplet = { peerId, serviceId: '', functionName: '', getter: '' };
  return { origin: { ...behind, kind: 'literal', tetraplet, selectors }, isCanon: false };
}

/**
 * A part of the answer of a call, with a signed record behind it.
 *
 * @param args Where the arguments of that call came from: for rules that look further down.
 * @example answer(AUTH, 'authSrv', 'get_status', '.$.is_admin')
 */
export function answer(
  peerId: string,
  serviceId: string,
  functionName: string,
  getter = '',
  args: readonly TestOrigin[] = [],
): TestOrigin {
  records += 1;
  const record = records.toString(16).padStart(64, '0');
  const tetraplet: Tetraplet = { peerId, serviceId, functionName, getter };
  const of = args.map(({ origin }) => origin);
  return { origin: { ...behind, kind: 'service', tetraplet, record, arguments: of }, isCanon: false };
}

/** The error of a call that failed, as `%last_error%` holds it. */
export function failureOf(peerId: string, serviceId: string, functionName: string, getter = ''): TestOrigin {
  const { origin } = answer(peerId, serviceId, functionName);
  const tetraplet = { ...origin.tetraplet, getter: `:error:${getter}` };
  return { origin: { ...origin, kind: 'error', tetraplet }, isCanon: false };
}

/** A value that the script put together on a peer, such as the length of a canon. */
export function composed(peerId: string, parts: readonly TestOrigin[] = [], getter = ''): TestOrigin {
  const tetraplet = { peerId, serviceId: '', functionName: '', getter };
  const of = parts.map(({ origin }) => origin);
  return {
    origin: { ...behind, kind: 'composed', tetraplet, parts: of, selectors: [peerId] },
    isCanon: false,
  };
}

/** A whole canon that a peer made, with an origin for each element. */
export function canonOf(peerId: string, elements: readonly TestOrigin[]): TestOrigin {
  return { ...composed(peerId, elements), isCanon: true };
}
