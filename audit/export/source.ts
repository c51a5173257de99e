import type { Signer } from '../../interpreter/index.ts';
import { lineageOf, type Lineage } from '../query/lineage.ts';
import { particlesOf, type OpenRecording } from '../replay.ts';
import type { AuditReport } from '../verify/report.ts';
import type { ParticleEntries } from '../verify/rerun.ts';

/** What is exported, and how. */
export interface ExportSource {
  readonly recordings: readonly OpenRecording[];
  /** Name of a peer, or its id. */
  readonly nameOf: (peerId: string) => string;
  /** Id, or beginning of the signature, of the only particle that is wanted. */
  readonly particle?: string;
  /** Whether arguments and results are put in, in formats that leave them out otherwise. */
  readonly withContent: boolean;
}

/** For formats that are also signed, by the person who verified the recordings. */
export interface SignedExportSource extends ExportSource {
  readonly report: AuditReport;
  readonly signer: Signer;
  /** When the recordings were verified: milliseconds since 1970. */
  readonly timeMs: number;
  /** SHA-256 of the file of each recording, hex. */
  readonly fileSha256: readonly string[];
}

export interface ExportedParticle {
  /** Which recording it is in, from 0. */
  readonly at: number;
  readonly open: OpenRecording;
  readonly entries: ParticleEntries;
  readonly lineage: Lineage;
}

/** The wanted particles, one at a time: memory holds one. */
export function* exportedParticles({ recordings, particle }: ExportSource): Generator<ExportedParticle> {
  for (const [at, open] of recordings.entries())
    for (const entries of particlesOf(open)) {
      const { id, signature } = entries.particle;
      if (particle === undefined || id === particle || signature.startsWith(particle))
        yield { at, open, entries, lineage: lineageOf(open.recording, entries) };
    }
}
