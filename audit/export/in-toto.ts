import { AuditError } from '../errors.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { Lineage } from '../query/lineage.ts';
import type { RecordedCall } from '../query/calls.ts';
import type { Content } from '../verify/finding.ts';
import { signEnvelope } from './dsse.ts';
import { exportedParticles, type ExportedParticle, type SignedExportSource } from './source.ts';

const STATEMENT = 'https://in-toto.io/Statement/v1';
const LINK = 'https://in-toto.io/attestation/link/v0.3';
const RESULT = 'https://in-toto.io/attestation/svr/v0.2';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** With any other verdict, nothing is signed. */
const SIGNED_CONTENT: ReadonlySet<Content> = new Set<Content>(['equal', 'withheld', 'unknown-key']);

/**
 * A bundle of in-toto Statements v1, each in a DSSE envelope on a line of its own: a `link` for each call that was performed, and for
 * each recording a `svr` with what its verification has shown.
 *
 * @throws {AuditError} ERR_AUDIT_EXPORT if verification found something wrong: then nothing is signed.
 */
export function* exportInToto(source: SignedExportSource): Generator<string> {
  const { report } = source;
  if (!SIGNED_CONTENT.has(report.content))
    throw new AuditError(
      'ERR_AUDIT_EXPORT',
      `the verdict on the recordings is \`${report.content}\`: no statement about them is signed; \`beryl audit verify\` says what is wrong`,
    );
  const unproven = new Set<number>();
  for (const exported of exportedParticles(source)) {
    const { lineage, entries, at } = exported;
    if (lineage.unknown.length > 0 || lineage.isCut) unproven.add(at);
    const answers = new Map([...entries.decisions.values()].map(one => [one.request, one.answer]));
    for (const call of lineage.calls)
      if (call.outcome === 'served' || call.outcome === 'failed')
        yield envelope(linkStatement(call, answers.get(call.call), exported), source);
  }
  for (const [at, recording] of source.recordings.entries()) {
    const properties = propertiesOf(source, at, unproven.has(at));
    if (properties.length > 0) yield envelope(resultStatement(source, recording, at, properties), source);
  }
}

function envelope(statement: object, { signer }: SignedExportSource): string {
  return JSON.stringify(signEnvelope(PAYLOAD_TYPE, JSON.stringify(statement), signer));
}

function linkStatement(
  call: RecordedCall,
  answer: EntryOf<'decision'>['answer'] | undefined,
  { open, entries, lineage }: ExportedParticle,
): object {
  const { particle } = entries;
  const request = entries.requests.get(call.call);
  const sha256 = answer === undefined ? '' : 'result' in answer ? answer.result : answer.text;
  return {
    _type: STATEMENT,
    subject: [{ name: nameOfCall(call), digest: { sha256 } }],
    predicateType: LINK,
    predicate: {
      name: `${call.service}.${call.function}`,
      command: [call.peerId, call.service, call.function],
      materials: (request?.args ?? []).map((hash, argument) => ({
        name: `argument ${argument + 1}`,
        digest: { sha256: hash },
        annotations: { origins: originsOf(lineage, call.call, argument) },
      })),
      byproducts: {
        outcome: call.outcome,
        stage: call.stage ?? '',
        ...(call.code !== undefined && { code: call.code }),
        record: lineage.nodes.get(`call:${call.call}`)?.record ?? '',
        recording: open.recording.find(0, 'start')?.origin ?? '',
        entry: call.call,
        tetraplets: call.origins,
      },
      environment: {
        particle: particle.id,
        signature: particle.signature,
        initPeer: particle.initPeerId,
        timestamp: particle.timestamp,
        scriptSha256: particle.script,
      },
    },
  };
}

const nameOfCall = ({ peerId, service, function: name, site }: RecordedCall): string =>
  `${peerId}/${service}/${name}@${site}`;

function originsOf(lineage: Lineage, call: number, argument: number): object[] {
  return (lineage.into.get(`call:${call}`) ?? [])
    .filter(link => link.argument === argument)
    .flatMap(({ from, getter }) => {
      const node = lineage.nodes.get(from);
      if (node === undefined) return [];
      const { peerId, serviceId, functionName } = node.tetraplet;
      const record = node.record === undefined ? {} : { record: node.record };
      return [
        { kind: node.kind, peer: peerId, service: serviceId, function: functionName, getter, ...record },
      ];
    });
}

/** Only what holds: a property that is listed has passed. */
function propertiesOf({ report, particle }: SignedExportSource, at: number, isUnproven: boolean): string[] {
  const own = report.recordings[at];
  const isEqual = own?.content === 'equal';
  return [
    ...(isEqual ? ['BERYL_REPLAY_EQUAL'] : []),
    ...(own?.completeness === 'complete' ? ['BERYL_RECORDING_COMPLETE'] : []),
    ...(isEqual && !isUnproven && particle === undefined ? ['BERYL_ORIGINS_VERIFIED'] : []),
  ];
}

function resultStatement(
  { signer, timeMs, fileSha256 }: SignedExportSource,
  { recording }: SignedExportSource['recordings'][number],
  at: number,
  properties: readonly string[],
): object {
  return {
    _type: STATEMENT,
    subject: [{ name: recording.find(0, 'start')?.origin ?? '', digest: { sha256: fileSha256[at] ?? '' } }],
    predicateType: RESULT,
    predicate: {
      verifier: { id: `urn:beryl:verifier:${signer.peerId}` },
      policies: [],
      timeCreated: new Date(timeMs).toISOString(),
      properties,
    },
  };
}
