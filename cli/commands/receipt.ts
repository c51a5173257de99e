import { counted } from '../../base/counted.ts';
import { openRecording, particlesOf, steps, type OpenRecording } from '../../audit/index.ts';
import { toHex } from '../../base/bytes.ts';
import { printable } from '../../base/printable.ts';
import {
  decodeData,
  exportEquivocation,
  exportReceipt,
  listReceipts,
  ReceiptError,
  RunError,
  sha256,
  verifyEquivocation,
  verifyReceipt,
  type Data,
  type ReceiptClaims,
  type ReceiptOptions,
  type RecordReference,
  type PrepareInput,
  type SignedParticle,
} from '../../interpreter/index.ts';
import { ExitCode } from '../errors.ts';
import { writeBytes } from '../files.ts';
import { openRecordingFile } from '../recording-files.ts';
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
  const results = resultsOf(open(path));
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
      `unknown result \`${printable(number)}\`; ${results.length === 0 ? 'none was recorded' : `results are 1 to ${results.length}`}`,
    );
  }
  const receipt = receiptOf(result, options);
  const claims = verifyReceipt(receipt);
  output.say(claimsText(claims));
  write(options.out, receipt, path, output);
  if (options.json === true) output.json(claims);
  return ExitCode.ok;
}

/** Before the JSON: that is one document, also if the file cannot be written. */
function write(out: string | undefined, bytes: Uint8Array, input: string, output: Output): void {
  if (out === undefined) return;
  writeBytes(out, bytes, [input]);
  output.say(`written to ${printable(out)}, ${counted(bytes.length, 'byte')}`);
}

/** `beryl evidence <recording>`: looks for a peer that signed conflicting records, in all data of the recording, refused data too. */
export function evidenceCommand(
  path: string,
  options: { readonly out?: string; readonly json?: boolean },
  output: Output,
): ExitCode {
  for (const [particle, sources] of sourcesOf(open(path))) {
    const evidence = exportEquivocation(sources, particle);
    if (evidence === undefined) continue;
    const claims = verifyEquivocation(evidence);
    output.say(evidenceText(claims));
    write(options.out, evidence, path, output);
    if (options.json === true) output.json(claims);
    return ExitCode.refused;
  }
  output.say('no peer signed conflicting records');
  if (options.json === true) output.json(null);
  return ExitCode.ok;
}

/** Where a result is to be found. */
interface RecordedResult {
  readonly particle: SignedParticle;
  readonly name: RecordReference;
  readonly data: Data;
  readonly hasValue: boolean;
  readonly argumentsJson: string | undefined;
}

const open = (path: string): OpenRecording => openRecording(openRecordingFile(path));

/** Every result that some peer held in the end of some run, once each, in the order in which they came up. */
function resultsOf(recording: OpenRecording): RecordedResult[] {
  const asked = argumentsOf(recording);
  const results = new Map<string, RecordedResult>();
  const newest = new Map<string, { particle: SignedParticle; data: Data }>();
  for (const { input, outcome } of steps(recording)) {
    const signature = toHex(input.params.particleSignature);
    const known = newest.get(signature);
    const particle = known?.particle ?? particleOf(input);
    const data = decodeData(outcome.data, particle.signature, 'recorded', known?.data);
    newest.set(signature, { particle, data });
    const { logs, values } = data;
    for (const { peerId, records } of logs.values()) {
      for (const { record } of records) {
        const { site, kind } = record;
        const key = keyOf(signature, peerId, site.key);
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

/** Arguments of every call that some peer performed, by particle, peer and site. */
function argumentsOf(open: OpenRecording): Map<string, string> {
  const { recording } = open;
  const asked = new Map<string, string>();
  for (const { particle, requests } of particlesOf(open)) {
    for (const { peer, site, args } of requests.values()) {
      const texts = args.map(hash => recording.text(hash));
      if (texts.every(text => text !== undefined))
        asked.set(keyOf(particle.signature, recording.peerIdOf(peer), site), `[${texts.join(',')}]`);
    }
  }
  return asked;
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

function sourcesOf(recording: OpenRecording): Map<SignedParticle, Uint8Array[]> {
  const particles = new Map<string, { particle: SignedParticle; sources: Map<string, Uint8Array> }>();
  for (const { input, outcome } of steps(recording)) {
    const key = toHex(input.params.particleSignature);
    const known = particles.get(key) ?? {
      particle: particleOf(input),
      sources: new Map<string, Uint8Array>(),
    };
    particles.set(key, known);
    // What was refused may be no data at all.
    for (const data of [input.prevData, input.currentData, outcome.data])
      if (isData(data, known.particle)) known.sources.set(toHex(sha256(data)), data);
  }
  return new Map([...particles.values()].map(({ particle, sources }) => [particle, [...sources.values()]]));
}

function isData(data: Uint8Array, { signature }: SignedParticle): boolean {
  try {
    return decodeData(data, signature, 'recorded').logs.size > 0;
  } catch (failure) {
    if (failure instanceof RunError) return false;
    throw failure;
  }
}

const particleOf = ({ air: script, params }: PrepareInput): SignedParticle => ({
  id: params.particleId,
  initPeerId: params.initPeerId,
  timestamp: params.timestamp,
  ttl: params.ttl,
  script,
  signature: params.particleSignature,
});

const keyOf = (particleSignature: string, peerId: string, site: string): string =>
  `${particleSignature} ${peerId} ${site}`;
