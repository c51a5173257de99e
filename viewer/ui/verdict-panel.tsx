import type { JSX } from 'preact';
import type { AuditReport, Finding } from '../../audit/index.ts';
import { printable, printableJson, shorten } from '../../base/printable.ts';
import type { OpenedFile } from '../model/files.ts';
import type { Workspace } from '../model/workspace.ts';
import { StatementView } from './statement-view.tsx';

/** How far the verification of the recordings is. */
export type Verification =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly done: number; readonly all: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done'; readonly report: AuditReport };

interface VerdictPanelProps {
  readonly workspace: Workspace;
  readonly verification: Verification;
  /** Who chose the trusted keys, if it was not the reader. */
  readonly keysFrom: string | undefined;
  readonly onCall: (id: string) => void;
}

const LISTED_MAX = 200;

/** What was verified, with which keys, and what was not checked: the first thing that a reader sees. */
export function VerdictPanel({ workspace, verification, keysFrom, onCall }: VerdictPanelProps): JSX.Element {
  const { files } = workspace;
  return (
    <div class="verdict">
      {(workspace.recordings.length > 0 || files.some(({ kind }) => kind === 'broken')) && (
        <>
          <Headline verification={verification} />
          <Keys workspace={workspace} keysFrom={keysFrom} />
          {verification.kind === 'done' && (
            <Report report={verification.report} workspace={workspace} onCall={onCall} />
          )}
        </>
      )}
      {files.map(
        (file, i) => file.kind === 'statement' && <StatementView key={i} file={file} workspace={workspace} />,
      )}
      <Files files={files} />
    </div>
  );
}

function Headline({ verification }: { readonly verification: Verification }): JSX.Element {
  switch (verification.kind) {
    case 'none':
      return <p role="status">nothing to verify</p>;
    case 'running':
      return (
        <p role="status">
          verifying: {verification.done} of {verification.all} particles
        </p>
      );
    case 'failed':
      return (
        <p role="alert" class="verdict-line bad">
          not verified: {printable(verification.message)}
        </p>
      );
    case 'done': {
      const { content, completeness } = verification.report;
      const isGood = content === 'equal' && completeness === 'complete';
      const isBad = !['equal', 'withheld', 'unknown-key'].includes(content);
      return (
        <div role="status" class={`verdict-line ${isGood ? 'good' : isBad ? 'bad' : 'fair'}`}>
          <p>
            content <b data-verdict="content">{content}</b>: {CONTENT[content]}
          </p>
          <p>
            completeness <b data-verdict="completeness">{completeness}</b>: {COMPLETENESS[completeness]}
          </p>
        </div>
      );
    }
  }
}

const CONTENT: Readonly<Record<AuditReport['content'], string>> = {
  equal: 'every run gives what was recorded, and every signature fits.',
  withheld: 'nothing wrong was found, and not everything is here to be checked.',
  'unknown-key': 'nothing wrong was found, but signed by keys that you did not name.',
  'policy-failed': 'a decision does not fit the rules that were in force.',
  differs: 'a run gives something else than was recorded.',
  equivocation: 'a peer signed conflicting records.',
  tampered: 'the recording was altered after it was written.',
  malformed: 'the recording cannot be read as one.',
};

const COMPLETENESS: Readonly<Record<AuditReport['completeness'], string>> = {
  complete: 'it has an end, under a checkpoint of a key that you named.',
  open: 'a checkpoint of a key that you named, but no end: a crash and a cut look alike.',
  unproven: 'nothing that you trust says how much there was.',
};

function Keys({
  workspace,
  keysFrom,
}: {
  readonly workspace: Workspace;
  readonly keysFrom: string | undefined;
}): JSX.Element {
  const { peers, recorders } = workspace.trust;
  return (
    <section aria-label="keys">
      <h3>Keys</h3>
      {peers.size + recorders.length === 0 ? (
        <p>
          No keys were named, so nothing can be better than <code>unknown-key</code> and <code>unproven</code>
          . Open your trust file (<code>peers.json</code>) beside the recordings. Names and keys inside
          recordings are hints.
        </p>
      ) : (
        <>
          <p>
            {keysFrom === undefined
              ? 'Checked with the keys that you opened:'
              : `Checked with keys that ${printable(keysFrom)} chose, not you. Open your own trust file to be sure:`}
          </p>
          <ul>
            {[...peers].map(([peerId, name]) => (
              <li key={peerId}>
                peer <b>{printable(name)}</b> <code>{printable(peerId)}</code>
              </li>
            ))}
            {recorders.map(recorder => (
              <li key={recorder}>
                recorder <code>{printable(recorder)}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Report({
  report,
  workspace,
  onCall,
}: {
  readonly report: AuditReport;
  readonly workspace: Workspace;
  readonly onCall: (id: string) => void;
}): JSX.Element {
  const { findings, moreFindings, gaps, notChecked, recordings } = report;
  return (
    <>
      <section aria-label="findings">
        <h3>Found ({findings.length + moreFindings})</h3>
        {findings.length === 0 && <p>nothing wrong</p>}
        <ul>
          {findings.slice(0, LISTED_MAX).map((finding, i) => (
            <li key={i} class={finding.content === 'unknown-key' ? '' : 'mark'}>
              <b>{finding.content}</b>: {finding.name}
              {finding.line !== undefined && ` (line ${finding.line})`}:{' '}
              {printable(shorten(finding.message, 400))}{' '}
              <Places finding={finding} workspace={workspace} onCall={onCall} />
            </li>
          ))}
        </ul>
      </section>
      {workspace.refusals.length > 0 && (
        <section aria-label="refusals">
          <h3>Copies that peers refused ({workspace.refusals.length})</h3>
          <ul>
            {workspace.refusals.slice(0, LISTED_MAX).map(({ recording, n, peerId, from, code, message }) => (
              <li key={`${recording}.${n}`}>
                {printable(workspace.nameOf(peerId))} refused what {printable(workspace.nameOf(from))} sent:{' '}
                <b>{code}</b> {printable(shorten(message ?? '(withheld)', 400))}
              </li>
            ))}
          </ul>
        </section>
      )}
      {gaps.length > 0 && (
        <section aria-label="gaps">
          <h3>Not known to be complete</h3>
          <ul>
            {gaps.slice(0, LISTED_MAX).map((gap, i) => (
              <li key={i}>
                <b>{gap.name}</b>: {printable(gap.message)}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label="not checked">
        <h3>Not checked</h3>
        {notChecked.length === 0 && <p>everything was checked</p>}
        <ul>
          {notChecked.map(({ name, count, message }) => (
            <li key={name}>
              {count} {message}
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="recordings">
        <h3>Recordings</h3>
        <ul>
          {recordings.map((one, i) => (
            <li key={i}>
              <code>{printable(one.origin)}</code>: {one.content}, {one.completeness}; {one.entries} entries,{' '}
              {one.trustedEntries} under a checkpoint of a key that you named; {one.rerun} runs were run again
            </li>
          ))}
        </ul>
      </section>
      <details>
        <summary>The whole report (JSON)</summary>
        <pre id="report">{printableJson(JSON.stringify(report, undefined, 2))}</pre>
      </details>
    </>
  );
}

function Places({
  finding,
  workspace,
  onCall,
}: {
  readonly finding: Finding;
  readonly workspace: Workspace;
  readonly onCall: (id: string) => void;
}): JSX.Element {
  return (
    <>
      {workspace
        .callsOfFinding(finding)
        .slice(0, 5)
        .map(({ id, call }) => (
          <button key={id} onClick={() => onCall(id)}>
            show call {call.call}
          </button>
        ))}
    </>
  );
}

function Files({ files }: { readonly files: readonly OpenedFile[] }): JSX.Element {
  return (
    <section aria-label="files">
      <h3>Files</h3>
      <ul>
        {files.map((file, i) => (
          <li key={i}>
            <b>{printable(file.name)}</b>:{' '}
            {file.kind === 'broken' || file.kind === 'refused' ? (
              <span class="mark">{printable(file.reason)}</span>
            ) : file.kind === 'statement' ? (
              file.of
            ) : (
              file.kind
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
