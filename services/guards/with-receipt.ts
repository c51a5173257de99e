import { fromBase64url, toBase64url } from '../../base/bytes.ts';
import { checkOptions, isAnything, isPositive, required, shown } from '../../base/options.ts';
import type { Shape } from '../../base/options.ts';
import {
  applyGetter,
  canonicalJson,
  isGetter,
  parseJson,
  ReceiptError,
  toJsonValue,
  verifyReceipt,
} from '../../interpreter/index.ts';
import type { Json, JsonValue, Origin, ReceiptClaims } from '../../interpreter/index.ts';
import type { CallFacts } from '../call-context.ts';
import { RECEIPT_SIZE_MAX, RECEIPT_SKEW_MS } from '../limits.ts';
import { oneLine } from '../text.ts';
import type { Reason } from './denial.ts';
import { isFurther } from './further.ts';
import { assertRules } from './guard.ts';
import type { Guard, OriginRule } from './guard.ts';
import { assertPeerRef, resolvePeer } from './peer-ref.ts';
import type { PeerRef } from './peer-ref.ts';

/** A value of an earlier particle with its proof, as a script passes it: JSON. Made by {@link provenValue}. */
export type ProvenValue = {
  /** What is claimed: the part of the result at `getter`. */
  readonly value: JsonValue;
  /** Path into the result, as tetraplets spell it; `''` for all of it. */
  readonly getter: string;
  /** The receipt, base64url. It must hold the result. */
  readonly receipt: string;
};

/** Options of {@link withReceipt}. */
export interface ReceiptRules {
  /** Greatest age of the earlier particle, milliseconds: from its timestamp, by the clock of this peer. */
  readonly maxAgeMs: number;
  /**
   * Init peers of the earlier particle. Left out: the init peer of this one. A receipt is a bearer token: with other peers here, whoever
   * has seen a receipt of theirs can present it.
   */
  readonly initPeers?: readonly PeerRef[];
}

const SHAPE: Shape<ReceiptRules> = { maxAgeMs: required(isPositive), initPeers: isAnything };

/**
 * Takes a part of a result out of a receipt, to be presented in a later particle.
 *
 * @param receipt What `exportReceipt` gave, with its value.
 * @throws {ReceiptError} If the receipt proves nothing.
 * @throws {TypeError} If it has no value, or no part at `getter`.
 * @example peer.run(script, { handlers: { data: { status: provenValue(receipt, '.$.is_admin') } } })
 */
export function provenValue(receipt: Uint8Array, getter = ''): ProvenValue {
  const part = partOf(verifyReceipt(receipt), getter);
  if (part === undefined)
    throw new TypeError(`provenValue: the receipt has no result with a part \`${getter}\``);
  return { value: toJsonValue(part), getter, receipt: toBase64url(receipt) };
}

/**
 * Checks a value that an earlier particle produced, by its receipt: offline, with nothing but the argument. The rule then sees the
 * original origin, as if the value came from a call of this particle.
 *
 * The argument is a {@link ProvenValue}; the handler reads its `value`. The receipt must be of a call that succeeded, in a particle of the
 * same init peer, and no older than `maxAgeMs`. What the receipt cannot prove is denied: a rule about arguments of that call (`whose`,
 * `derivedOnlyFrom`) is refused here at once. A receipt does not prove that its peer would still say so: choose the age with care.
 *
 * @throws {TypeError} If the rule asks about arguments, or `maxAgeMs` is missing.
 * @spec docs/spec/receipt.md
 * @example guards: { is_admin: withReceipt(from(AUTH_PEER, 'authSrv', 'get_status', '.$.is_admin'), { maxAgeMs: 3_600_000 }) }
 */
export function withReceipt(rule: OriginRule, options: ReceiptRules): Guard {
  assertRules([rule], 'withReceipt');
  if (isFurther(rule)) {
    throw new TypeError(
      'withReceipt: a receipt does not say where the arguments of its call came from; leave `whose` and `derivedOnlyFrom` out',
    );
  }
  checkOptions('withReceipt', options, SHAPE);
  const { maxAgeMs, initPeers } = options;
  if (initPeers !== undefined) {
    if (!Array.isArray(initPeers) || initPeers.length === 0)
      throw new TypeError(`withReceipt: initPeers must name at least one peer, found ${shown(initPeers)}`);
    for (const peer of initPeers as readonly PeerRef[]) assertPeerRef(peer, 'withReceipt');
  }
  return {
    check({ value, valueJson }, call) {
      const presented = readPresented(value);
      if (presented === undefined) return refused('shape', 'it is not { value, getter, receipt }');
      const claims = claimsOf(presented.receipt);
      if ('kind' in claims && claims.kind === 'receipt') return claims;
      const found = claims as ReceiptClaims;
      return (
        wrongParticle(found, call, maxAgeMs, initPeers) ??
        wrongValue(found, presented.getter, valueJson) ??
        rule.check({ origin: originOf(found, presented.getter) }, call)
      );
    },
  };
}

const refused = (code: string, why: string): Reason => ({ kind: 'receipt', code, why });

function readPresented(value: unknown): { readonly getter: string; readonly receipt: string } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { getter, receipt, ...rest } = value as Record<string, unknown>;
  if (typeof getter !== 'string' || typeof receipt !== 'string') return undefined;
  return Object.keys(rest).join() === 'value' && isGetter(getter) ? { getter, receipt } : undefined;
}

function claimsOf(text: string): ReceiptClaims | (Reason & { readonly kind: 'receipt' }) {
  const wrong = (code: string, why: string) => ({ kind: 'receipt', code, why }) as const;
  if (text.length > RECEIPT_SIZE_MAX) return wrong('size', `it has more than ${RECEIPT_SIZE_MAX} characters`);
  const bytes = fromBase64url(text);
  if (bytes === undefined) return wrong('shape', 'it is not base64url');
  try {
    return verifyReceipt(bytes);
  } catch (failure) {
    if (failure instanceof ReceiptError) return wrong(failure.code, oneLine(failure.message));
    throw failure;
  }
}

function wrongParticle(
  { initPeerId, timestamp, kind, outcome }: ReceiptClaims,
  call: CallFacts,
  maxAgeMs: number,
  initPeers: readonly PeerRef[] | undefined,
): Reason | undefined {
  if (kind !== 'call' || outcome !== 'ok') return refused('result', 'it is not of a call that succeeded');
  const expected = (initPeers ?? [call.initPeerId]).map(peer => resolvePeer(peer, call));
  if (!expected.includes(initPeerId)) return { kind: 'receipt-of', expected, found: initPeerId };
  const ageMs = call.now() - timestamp;
  if (ageMs < -RECEIPT_SKEW_MS) return refused('future', 'its particle is of a later time');
  return ageMs <= maxAgeMs ? undefined : { kind: 'too-old', ageMs, maxAgeMs };
}

/** Compared as canonical JSON: `1` is not `1.0`. */
function wrongValue(
  claims: ReceiptClaims,
  getter: string,
  valueJson: string | undefined,
): Reason | undefined {
  const part = partOf(claims, getter);
  if (part === undefined) return refused('part', `it has no result with a part \`${oneLine(getter)}\``);
  const given = (parseJson(valueJson ?? 'null') as Readonly<Record<string, Json>>)['value'];
  const [expected, found] = [canonicalJson(part), given === undefined ? '' : canonicalJson(given)];
  return expected === found ? undefined : { kind: 'value', expected: [expected], found };
}

function partOf({ valueJson }: ReceiptClaims, getter: string): Json | undefined {
  return valueJson === undefined ? undefined : applyGetter(parseJson(valueJson), getter);
}

/** What the receipt proves of the origin. Whoever reads what it does not prove has not allowed anything. */
function originOf({ peerId, serviceId, functionName, record }: ReceiptClaims, getter: string): Origin {
  return {
    kind: 'service',
    tetraplet: { peerId, serviceId, functionName, getter },
    record,
    parts: [],
    selectors: [],
    get arguments(): never {
      throw new TypeError('a receipt does not say where the arguments of its call came from');
    },
  };
}
