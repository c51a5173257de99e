import { useEffect, useState } from 'preact/hooks';
import { textOf } from '../../base/bytes.ts';
import type { OpenedFile } from '../model/files.ts';
import type { Verification } from './verdict-panel.tsx';
import { startVerifier } from './verifier.ts';

/** Verifies the recordings whenever the files change. */
export function useVerification(files: readonly OpenedFile[]): Verification {
  const [verification, setVerification] = useState<Verification>({ kind: 'none' });
  useEffect(() => {
    const recordings = files.flatMap(file =>
      file.kind === 'recording' || file.kind === 'broken' ? [file.bytes] : [],
    );
    if (recordings.length === 0) {
      setVerification({ kind: 'none' });
      return undefined;
    }
    setVerification({ kind: 'running', done: 0, all: 0 });
    const trust = files.flatMap(file => (file.kind === 'trust' ? [file.text] : []));
    const checkpoints = files.flatMap(file =>
      file.kind === 'statement' && file.of === 'checkpoint' ? [textOf(file.bytes) ?? ''] : [],
    );
    return startVerifier({ recordings, trust, checkpoints }, answer => {
      if (answer.kind === 'progress') setVerification({ ...answer, kind: 'running' });
      else if (answer.kind === 'report') setVerification({ kind: 'done', report: answer.report });
      else setVerification({ kind: 'failed', message: answer.message });
    });
  }, [files]);
  return verification;
}
