import { exportedParticles, type ExportSource } from './source.ts';
import { jsonList } from './json-lines.ts';

const JSON_EXPORT_FORMAT = 'beryl/audit-export/1';

/** Everything that the other formats are made from: calls, and the graph of origins, particle by particle. */
export function* exportJson(source: ExportSource): Generator<string> {
  yield* jsonList(`{"format":"${JSON_EXPORT_FORMAT}","particles":[`, particles(source), ']}');
}

function* particles(source: ExportSource): Generator<unknown> {
  for (const { at, open, entries, lineage } of exportedParticles(source)) {
    const { particle } = entries;
    const start = open.recording.find(0, 'start');
    yield {
      recording: at,
      origin: start?.origin ?? '',
      id: particle.id,
      signature: particle.signature,
      initPeerId: particle.initPeerId,
      timestamp: particle.timestamp,
      ttl: particle.ttl,
      script: particle.script,
      calls: lineage.calls,
      nodes: [...lineage.nodes.values()],
      links: lineage.links,
      unknownOrigins: lineage.unknown,
      isCut: lineage.isCut,
    };
  }
}
