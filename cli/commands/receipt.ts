import { decodeRecording, type CallEntry, type RecordingEntry, type StepEntry } from '../../audit/index.ts';
import { fromBase64 } from '../../base/bytes.ts';
import { printable } from '../../base/printable.ts';
import {
  decodeData,
  exportEquivocation,
  exportReceipt,
  listReceipts,
  ReceiptError,
  RunError,
  verifyEquivocation,
  verifyReceipt,
  type Data,
  type ReceiptClaims,
  type ReceiptOptions,
  type RecordName,
  type SignedParticle,
} from '../../interpreter/index.ts';
import { ExitCode } from '../errors.ts';
import { readText, writeBytes } from '../files.ts';
import type { Output } from '../output.ts';
import { claimsText, evidenceText, resultText } from '../receipt-text.ts';

export interface ReceiptCommandOptions {
  readonly out?: string;
  readonly value: boolean;
  readonly arguments: boolean;
  readonly json?: boolean;
}

/** `beryl receipt <recording> [number]`: lists the results in a recording, or takes one out as a receipt. */
export function receiptCommand(
  path: string,
  number: string | undefined,
  options: ReceiptCommandOptions,
  output: Output,
): ExitCode {
  const results = resultsOf(decodeRecording(readText(path, 'recording')));
  if (number === undefined) {
    const claims = claimsOf(results, options);
    if (options.json === true) output.json(claims);
    else
      output.list(
        claims.map((claim, i) => `${i + 1}. ${resultText(claim)}`).join('\n') || 'nothing was recorded',
      );
    return ExitCode.ok;
  }
  const result = /^[1-9]\d{0,8}$/.test(number) ? results[Number(number) - 1] : undefined;
  if (result === undefined) {
    throw new ReceiptError(
      'ERR_RECEIPT_UNKNOWN',
      `there is no result \`${printable(number)}\`; there are ${results.length}`,
    );
  }
  const receipt = receiptOf(result, options);
  const claims = verifyReceipt(receipt);
  output.say(claimsText(claims));
  if (options.json === true) output.json(claims);
  if (options.out !== undefined) {
    writeBytes(options.out, receipt);
    output.say(`written to ${printable(options.out)}, ${receipt.length} bytes`);
  }
  return ExitCode.ok;
}

/** `beryl evidence <recording>`: looks for a peer that signed conflicting records, in all data of the recording, refused data too. */
export function evidenceCommand(
  path: string,
  options: { readonly out?: string; readonly json?: boolean },
  output: Output,
): ExitCode {
  for (const [particle, sources] of sourcesOf(decodeRecording(readText(path, 'recording')))) {
    const evidence = exportEquivocation(sources, particle);
    if (evidence === undefined) continue;
    const claims = verifyEquivocation(evidence);
    output.say(evidenceText(claims));
    if (options.json === true) output.json(claims);
    if (options.out !== undefined) {
      writeBytes(options.out, evidence);
      output.say(`written to ${printable(options.out)}, ${evidence.length} bytes`);
    }
    return ExitCode.refused;
  }
  output.say('no peer signed conflicting records');
  if (options.json === true) output.json(null);
  return ExitCode.ok;
}

/** Where a result is to be found. */
interface RecordedResult {
  readonly particle: SignedParticle;
  readonly name: RecordName;
  readonly data: Data;
  readonly hasValue: boolean;
  readonly argumentsJson: string | undefined;
}

/** Every result that some peer held in the end of some step, once each, in the order in which they came up. */
function resultsOf(entries: readonly RecordingEntry[]): RecordedResult[] {
  const asked = new Map(
    entries
      .filter(isCall)
      .map(call => [keyOf(call, call.peerId, call.request.site), call.request.argumentsJson]),
  );
  const results = new Map<string, RecordedResult>();
  const newest = new Map<string, { particle: SignedParticle; data: Data }>();
  for (const step of entries.filter(isStep)) {
    const known = newest.get(step.params.particleSignature);
    const particle = known?.particle ?? particleOf(step);
    const data = decodeData(bytesOf(step.outcome.data), particle.signature, 'recorded', known?.data);
    newest.set(step.params.particleSignature, { particle, data });
    const { logs, values } = data;
    for (const { peerId, records } of logs.values()) {
      for (const { record } of records) {
        const { site, kind } = record;
        const key = keyOf(step.params, peerId, site.key);
        const hasValue = values.has(record.responseHash);
        // The newest data that has it: so most results are taken out of few sets of data.
        if (results.get(key)?.hasValue === true && !hasValue) continue;
        const argumentsJson = kind === 'canon' ? '[]' : asked.get(key);
        results.set(key, { particle, name: { peerId, site: site.key }, data, hasValue, argumentsJson });
      }
    }
  }
  return [...results.values()];
}

const optionsOf = ({ argumentsJson }: RecordedResult, options: ReceiptCommandOptions): ReceiptOptions => ({
  withValue: options.value,
  ...(options.arguments && argumentsJson !== undefined && { argumentsJson }),
});

const receiptOf = (result: RecordedResult, options: ReceiptCommandOptions): Uint8Array =>
  exportReceipt(result.data, result.particle, result.name, optionsOf(result, options));

/** What the receipts of all results say, in their order. */
function claimsOf(results: readonly RecordedResult[], options: ReceiptCommandOptions): ReceiptClaims[] {
  const byData = new Map<Data, RecordedResult[]>();
  for (const result of results) {
    const some = byData.get(result.data);
    if (some === undefined) byData.set(result.data, [result]);
    else some.push(result);
  }
  const claims = new Map<RecordedResult, ReceiptClaims>();
  for (const [data, some] of byData) {
    const { particle } = some[0] as RecordedResult;
    const wanted = some.map(result => ({ name: result.name, ...optionsOf(result, options) }));
    for (const [i, claim] of listReceipts(data, particle, wanted).entries())
      claims.set(some[i] as RecordedResult, claim);
  }
  return results.map(result => claims.get(result) as ReceiptClaims);
}

function sourcesOf(entries: readonly RecordingEntry[]): Map<SignedParticle, Uint8Array[]> {
  const particles = new Map<string, { particle: SignedParticle; sources: Map<string, Uint8Array> }>();
  for (const step of entries.filter(isStep)) {
    const key = step.params.particleSignature;
    const known = particles.get(key) ?? {
      particle: particleOf(step),
      sources: new Map<string, Uint8Array>(),
    };
    particles.set(key, known);
    // What was refused may be no data at all.
    for (const text of [step.prevData, step.currentData, step.outcome.data])
      if (isData(text, known.particle)) known.sources.set(text, bytesOf(text));
  }
  return new Map([...particles.values()].map(({ particle, sources }) => [particle, [...sources.values()]]));
}

function isData(text: string, { signature }: SignedParticle): boolean {
  try {
    return decodeData(bytesOf(text), signature, 'recorded').logs.size > 0;
  } catch (failure) {
    if (failure instanceof RunError) return false;
    throw failure;
  }
}

const isStep = (entry: RecordingEntry): entry is StepEntry => entry.kind === 'step';
const isCall = (entry: RecordingEntry): entry is CallEntry => entry.kind === 'call';

const particleOf = ({ air: script, params }: StepEntry): SignedParticle => ({
  id: params.particleId,
  initPeerId: params.initPeerId,
  timestamp: params.timestamp,
  ttl: params.ttl,
  script,
  signature: bytesOf(params.particleSignature),
});

const keyOf = (of: { readonly particleSignature: string }, peerId: string, site: string): string =>
  `${of.particleSignature} ${peerId} ${site}`;

/** Recordings are checked for base64 when they are read. */
const bytesOf = (text: string): Uint8Array => fromBase64(text) as Uint8Array;
