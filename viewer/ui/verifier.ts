import {
  memorySource,
  parseTrust,
  TRUST_NOBODY,
  verifyRecordings,
  type AuditReport,
  type Trust,
} from '../../audit/index.ts';

/** What is verified: bytes of recordings, texts of trust files and of checkpoints that were kept. */
export interface VerifyJob {
  readonly recordings: readonly Uint8Array[];
  readonly trust: readonly string[];
  readonly checkpoints: readonly string[];
}

export type VerifyAnswer =
  | { readonly kind: 'progress'; readonly done: number; readonly all: number }
  | { readonly kind: 'report'; readonly report: AuditReport }
  | { readonly kind: 'failure'; readonly message: string };

/** The verifier of the command line, on these bytes. */
function verifyJob(
  { recordings, trust, checkpoints }: VerifyJob,
  onProgress?: (done: number, all: number) => void,
): AuditReport {
  return verifyRecordings(recordings.map(memorySource), {
    trust: trustOf(trust),
    checkpoints,
    ...(onProgress && { onProgress }),
  });
}

function trustOf(texts: readonly string[]): Trust {
  const all = texts.map(parseTrust);
  return all.length === 0
    ? TRUST_NOBODY
    : {
        peers: new Map(all.flatMap(({ peers }) => [...peers])),
        recorders: all.flatMap(({ recorders }) => recorders),
      };
}

/** Runs in a worker: answers the one job that it gets. */
export function serveVerifier(): void {
  const scope = globalThis as unknown as { postMessage(answer: VerifyAnswer, transfer: []): void };
  const tell = (answer: VerifyAnswer): void => scope.postMessage(answer, []);
  addEventListener('message', ({ data }: MessageEvent<VerifyJob>) => tell(answerOf(data, tell)));
}

function answerOf(job: VerifyJob, tell: (answer: VerifyAnswer) => void): VerifyAnswer {
  try {
    return { kind: 'report', report: verifyJob(job, (done, all) => tell({ kind: 'progress', done, all })) };
  } catch (failure) {
    return { kind: 'failure', message: failure instanceof Error ? failure.message : String(failure) };
  }
}

/**
 * Verifies in a worker made from the script of this page, so that the page answers meanwhile; here, if no worker can be made.
 *
 * @returns Stops the work.
 */
export function startVerifier(job: VerifyJob, tell: (answer: VerifyAnswer) => void): () => void {
  const here = (): void => void setTimeout(() => tell(answerOf(job, tell)), 0);
  const script = document.getElementById('beryl-viewer')?.textContent ?? '';
  try {
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const worker = new Worker(url, { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<VerifyAnswer>) => tell(data));
    worker.addEventListener('error', event => {
      event.preventDefault();
      worker.terminate();
      here();
    });
    worker.postMessage(job, []);
    return () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    };
  } catch {
    here();
    return () => undefined;
  }
}
