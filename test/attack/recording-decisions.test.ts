import { beforeAll, describe, expect, it } from 'vitest';
import type { EntryOf } from '../../audit/index.ts';
import { idOf, withIds } from '../support/cast.ts';
import { FORGED_POST, Forgery, POST, recordWorld, TRUST, verifyText } from '../support/recording.ts';

// Goal:    a recording says that a call ended otherwise than it did, although the signed answer stays.
// Means:   outcome, stage, code, denial and policy of a decision are exchanged for others that fit each other.
// Refused: codes belong to stages, stages to the recorded rules, and the text of the answer to the decision.
type Decision = EntryOf<'decision'>;
type Change = (decision: Decision, forgery: Forgery) => Partial<Decision>;

const attempt = (call: string): string =>
  withIds(`(xor ${call} (call %init_peer_id% ("callbackSrv" "response") [:error:]))`);
const UNKNOWN = attempt('(call "carol" ("blogSrv" "nope") ["hello"])');
const MISFIT = attempt('(call "carol" ("blogSrv" "add_post") [])');
const closedAcl = { rules: [{ effect: 'deny' as const, initPeers: [idOf('alice')], service: 'blogSrv' }] };

let honest: string;
let closed: string;
beforeAll(async () => {
  honest = await recordWorld({ scripts: [POST, FORGED_POST, UNKNOWN, MISFIT] });
  closed = await recordWorld({ scripts: [POST], acl: closedAcl });
});

/** Changes the decision at a stage; the file is finished as by somebody who has no key. */
function forged(stage: Decision['stage'], change: Change): string {
  const forgery = new Forgery(stage === 'gatekeeper' ? closed : honest);
  const decision = forgery.all('decision').find(one => one.stage === stage) as Decision;
  const fields = { ...decision, ...change(decision, forgery) };
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  forgery.put(Object.fromEntries(kept) as Decision);
  return forgery.tidy().withoutCheckpoints().text;
}

const as = (outcome: Decision['outcome'], stage: Decision['stage'], code: string): Change => {
  const fields = { outcome, stage, code };
  return () => (outcome === 'denied' ? fields : { ...fields, denial: undefined });
};
const withDenial =
  (base: Change, denial = '{"arguments":[],"functionName":"add_post","serviceId":"blogSrv"}'): Change =>
  (decision, forgery) => ({ ...base(decision, forgery), denial: forgery.addText(denial) });
/** Changes the recorded denial. */
const denialBy =
  (change: (denial: { arguments: { name: string; reason: Record<string, unknown> }[] }) => void): Change =>
  ({ denial }, forgery) => {
    const json = JSON.parse(forgery.contentOf(denial ?? ''));
    change(json);
    return { denial: forgery.addText(JSON.stringify(json)) };
  };

const ATTACKS: readonly [name: string, stage: Decision['stage'], change: Change][] = [
  ['a made-up code', 'arguments', () => ({ code: 'ERR_I_MADE_UP' })],
  ['a code of another stage', 'find', () => ({ code: 'ERR_CALL_LIMIT' })],
  ['unknown becomes failed', 'find', as('failed', 'handler', 'ERR_HANDLER_FAILED')],
  ['unknown becomes limited', 'find', as('refused', 'limits', 'ERR_CALL_LIMIT')],
  ['misfit becomes unknown', 'arguments', as('refused', 'find', 'ERR_FUNCTION_UNKNOWN')],
  ['misfit becomes busy', 'arguments', as('refused', 'handler', 'ERR_SERVICE_BUSY')],
  ['misfit becomes expired', 'arguments', as('refused', 'handler', 'ERR_CALL_EXPIRED')],
  ['misfit becomes late', 'arguments', as('failed', 'handler', 'ERR_HANDLER_TIMEOUT')],
  ['misfit becomes denied', 'arguments', withDenial(as('denied', 'guards', 'ERR_CALL_DENIED_GUARD'))],
  ['a guard becomes a policy', 'guards', as('denied', 'policy', 'ERR_CALL_DENIED_POLICY')],
  ['denied becomes misfit', 'guards', as('refused', 'arguments', 'ERR_CALL_ARGUMENTS')],
  ['denied becomes unknown', 'guards', as('refused', 'find', 'ERR_FUNCTION_UNKNOWN')],
  ['denied becomes failed', 'guards', as('failed', 'handler', 'ERR_HANDLER_FAILED')],
  ['denied by list becomes unknown', 'gatekeeper', as('refused', 'find', 'ERR_FUNCTION_UNKNOWN')],
  ['denied by list becomes a guard’s', 'gatekeeper', as('denied', 'guards', 'ERR_CALL_DENIED_GUARD')],
  ['a denial on a refused call', 'arguments', withDenial(() => ({}))],
  ['details on a refused call', 'arguments', (_, f) => ({ details: f.addText('{"limit":1}') })],
  [
    'a policy that the peer has not',
    'result',
    (_, f) => ({ policy: f.addText('{"hash":"0","rules":["r"]}') }),
  ],
  ['a denial without its arguments', 'guards', denialBy(denial => void (denial.arguments = []))],
  ['a denial of another argument', 'guards', denialBy(({ arguments: [one] }) => void (one!.name = 'text'))],
  [
    'a denial that expects another peer',
    'guards',
    denialBy(({ arguments: [one] }) => {
      const { reason } = one!;
      reason['expected'] = { ...(reason['expected'] as object), peerId: idOf('mallory') };
    }),
  ],
];

describe('an altered decision', () => {
  it.each(ATTACKS)('%s: differs', (_, stage, change) => {
    const { content, findings } = verifyText(forged(stage, change), { trust: TRUST });
    expect(['differs', 'policy-failed']).toContain(content);
    expect(['decision-inconsistent', 'policy-not-followed']).toContain(findings[0]?.name);
  });
});

describe('honest twin', () => {
  it.each<Decision['stage']>(['find', 'arguments', 'guards', 'gatekeeper', 'result'])(
    'a decision at stage %s is equal',
    stage => {
      expect(
        verifyText(
          forged(stage, () => ({})),
          { trust: TRUST },
        ),
      ).toMatchObject({
        content: 'equal',
        findings: [],
      });
    },
  );

  it('honest twin: a denial whose answer is withheld is not held against it', () => {
    const forgery = new Forgery(forged('guards', () => ({})));
    const { answer } = forgery.all('decision').find(({ stage }) => stage === 'guards') as Decision;
    const hash = 'result' in answer ? answer.result : answer.text;
    const text = forgery.contentOf(hash);
    forgery.lines = forgery.lines.filter(({ payload }) => payload !== text);
    expect(verifyText(forgery.text, { trust: TRUST }).content).toBe('withheld');
  });
});
