import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { memorySource, verifyFile, type Verification } from '../../audit/index.ts';
import { BerylError } from '../../base/error.ts';
import { printable, printableLines, shorten } from '../../base/printable.ts';
import type {
  EquivocationClaims,
  ProofClaims,
  ReceiptClaims,
  StatementClaims,
} from '../../interpreter/index.ts';
import type { OpenedFile } from '../model/files.ts';
import type { Workspace } from '../model/workspace.ts';
import { timeText } from './call-detail.tsx';
import { ProofTree } from './proof-tree.tsx';

interface StatementViewProps {
  readonly file: Extract<OpenedFile, { kind: 'statement' }>;
  readonly workspace: Workspace;
}

type NameOf = (peerId: string) => string;

/** What a receipt, evidence, a proof or a checkpoint proves: the verdict first, then whose signatures it rests on, then what it says. */
export function StatementView({ file, workspace }: StatementViewProps): JSX.Element {
  const found = useMemo(() => verified(file, workspace), [file, workspace]);
  const nameOf: NameOf = id => printable(workspace.nameOf(id));
  if ('reason' in found)
    return (
      <article aria-label={file.of}>
        <Title verdict="unreadable" file={file} />
        <p class="mark">{printable(found.reason)}</p>
      </article>
    );
  const { verdict, message, code, signers, warnings, claims } = found;
  return (
    <article aria-label={file.of}>
      <Title verdict={verdict} file={file} />
      {verdict === 'invalid' && (
        <p class="mark">
          it proves nothing: {printable(message ?? '')} ({code})
        </p>
      )}
      {claims !== undefined && CLAIMS[file.of]?.(claims, nameOf)}
      {signers.length > 0 && (
        <section aria-label="signers">
          <h3>Signed by</h3>
          <ul>
            {signers.map(({ role, peerId, name }) => (
              <li key={`${role} ${peerId}`}>
                {role} <code>{printable(peerId)}</code>
                {name === null ? ': you did not name this key' : `: ${printable(name)}, as you call it`}
              </li>
            ))}
          </ul>
        </section>
      )}
      {warnings.length > 0 && (
        <section aria-label="not checked">
          <h3>Not checked, or to know</h3>
          <ul>
            {warnings.map(warning => (
              <li key={warning}>{printable(warning)}</li>
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}

function Title({
  verdict,
  file,
}: {
  readonly verdict: string;
  readonly file: StatementViewProps['file'];
}): JSX.Element {
  const look = { valid: 'served', unproven: 'failed' }[verdict] ?? 'denied';
  return (
    <h2>
      <span class={`badge ${look}`} data-verdict="statement">
        {verdict}
      </span>{' '}
      {file.of} {printable(file.name)}
    </h2>
  );
}

function verified(
  { bytes }: StatementViewProps['file'],
  { trust }: Workspace,
): Verification | { reason: string } {
  const hasKeys = trust.peers.size + trust.recorders.length > 0;
  try {
    return verifyFile(memorySource(bytes), hasKeys ? { trust } : {});
  } catch (failure) {
    if (!(failure instanceof BerylError)) throw failure;
    return { reason: `${failure.message} (${failure.code})` };
  }
}

const CLAIMS: Readonly<Record<string, (claims: object, nameOf: NameOf) => JSX.Element>> = {
  receipt: (claims, nameOf) => <Receipt claims={claims as ReceiptClaims} nameOf={nameOf} />,
  evidence: (claims, nameOf) => <Evidence claims={claims as EquivocationClaims} nameOf={nameOf} />,
  proof: (claims, nameOf) => <Proof claims={claims as ProofClaims} nameOf={nameOf} />,
  checkpoint: claims => <pre>{printable(JSON.stringify(claims))}</pre>,
  'log-proof': claims => <pre>{printable(JSON.stringify(claims))}</pre>,
};

interface ClaimsProps<Claims> {
  readonly claims: Claims;
  readonly nameOf: NameOf;
}

function Receipt({ claims, nameOf }: ClaimsProps<ReceiptClaims>): JSX.Element {
  const { peerId, argumentsJson, argsHash, outcome, valueJson, responseHash, script } = claims;
  return (
    <>
      <p>
        <b>{nameOf(peerId)}</b> has stated the result of <b>{whatOf(claims)}</b>.
      </p>
      <dl>
        <dt>Arguments</dt>
        <dd>{valueOf(argumentsJson, argsHash)}</dd>
        <dt>{outcome === 'ok' ? 'Result' : 'Failure'}</dt>
        <dd>{valueOf(valueJson, responseHash)}</dd>
        <Particle claims={claims} nameOf={nameOf} />
      </dl>
      <p class="hint">A receipt does not show where the arguments came from: a proof does.</p>
      <pre class="script">{printableLines(shorten(script, SCRIPT_SHOWN))}</pre>
    </>
  );
}

function Proof({ claims, nameOf }: ClaimsProps<ProofClaims>): JSX.Element {
  const { peerId, outcome, valueJson, responseHash, script } = claims;
  return (
    <>
      <p>
        <b>{nameOf(peerId)}</b> has made the call <b>{whatOf(claims)}</b> and recorded its answer. The script
        was run again up to it.
      </p>
      <dl>
        <dt>{outcome === 'ok' ? 'Result' : 'Failure'}</dt>
        <dd>{valueOf(valueJson, responseHash)}</dd>
        <Particle claims={claims} nameOf={nameOf} />
      </dl>
      <h3>Where its arguments came from</h3>
      <ProofTree claims={claims} nameOf={nameOf} />
      <pre class="script">{printableLines(shorten(script, SCRIPT_SHOWN))}</pre>
    </>
  );
}

function Evidence({ claims, nameOf }: ClaimsProps<EquivocationClaims>): JSX.Element {
  return (
    <>
      <p>
        <b>{nameOf(claims.peerId)}</b> has signed{' '}
        {claims.conflict === 'site' ? 'two answers for one site' : 'two records for one place in its log'}.
      </p>
      <ol>
        {claims.statements.map((one, i) => (
          <li key={i}>
            record {one.index} of {one.size}: {whatOf(one)} at site {printable(one.site)}: {one.outcome}, hash{' '}
            <code>{one.responseHash}</code>
          </li>
        ))}
      </ol>
    </>
  );
}

function Particle({
  claims: { particleId, initPeerId, timestamp },
  nameOf,
}: ClaimsProps<{
  readonly particleId: string;
  readonly initPeerId: string;
  readonly timestamp: number;
}>): JSX.Element {
  return (
    <>
      <dt>Particle</dt>
      <dd>
        {printable(particleId)}, signed by {nameOf(initPeerId)}; created {timeText(timestamp)}, as the init
        peer says
      </dd>
    </>
  );
}

const SCRIPT_SHOWN = 100_000;

const whatOf = ({ kind, serviceId, functionName }: StatementClaims): string =>
  kind === 'canon' ? 'a canon' : printable(`${serviceId}.${functionName}`);

const valueOf = (json: string | undefined, hash: string): JSX.Element =>
  json === undefined ? (
    <span>
      left out; hash <code>{hash}</code>
    </span>
  ) : (
    <code>{printable(json)}</code>
  );
