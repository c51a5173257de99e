// Goal:    to make a recording say that something else was decided, asked, answered or run than what was.
// Means:   a carrier of the file who knows the format changes entries and content, and computes every hash that needs no key.
// Refused: the signed checkpoint covers every entry; without it, running again and the decision’s own form show the change.
import { describe, expect, it } from 'vitest';
import type { EntryOf } from '../../audit/index.ts';
import { idOf, signer, withIds } from '../support/cast.ts';
import {
  FORGED_POST,
  Forgery,
  NO_RECORDER,
  pointsOf,
  POST,
  recordWorld,
  TRUST,
  verdictOf,
  verifyText,
} from '../support/recording.ts';

const honest = await recordWorld({ scripts: [POST, FORGED_POST] });
const at = pointsOf(honest);
const closed = await recordWorld({
  scripts: [POST],
  acl: { rules: [{ effect: 'deny', initPeers: [idOf('alice')], service: 'blogSrv' }] },
});

/** A decision without what only denials have. */
function without(decision: EntryOf<'decision'>): EntryOf<'decision'> {
  const { n, time, request, outcome, stage, answer } = decision;
  return { kind: 'decision', n, time, request, outcome, stage, answer };
}

const attacks: readonly [name: string, forge: (forgery: Forgery) => void, found: string][] = [
  [
    'denied becomes served',
    forgery =>
      forgery.change('decision', entry =>
        entry.n === at.deniedDecision ? { ...without(entry), outcome: 'served', stage: 'result' } : undefined,
      ),
    'decision-inconsistent',
  ],
  [
    'denied becomes served, with an answer to match',
    forgery => {
      const result = forgery.addText('7');
      forgery.change('decision', entry =>
        entry.n === at.deniedDecision
          ? { ...without(entry), outcome: 'served', stage: 'result', answer: { ret: 0, result } }
          : undefined,
      );
    },
    'run-differs',
  ],
  [
    'denied becomes failed',
    forgery =>
      forgery.change('decision', entry =>
        entry.n === at.deniedDecision ? { ...entry, outcome: 'failed', stage: 'handler' } : undefined,
      ),
    'decision-inconsistent',
  ],
  [
    'another reason for a denial',
    forgery => {
      const denial = forgery.addText(
        `{"arguments":[{"name":"is_admin","reason":{"expected":{"functionName":"x","peerId":"x","serviceId":"x"},"found":{"functionName":"evil","getter":"","peerId":"x","serviceId":"x"},"kind":"origin"}}],"functionName":"add_post","serviceId":"blogSrv"}`,
      );
      forgery.change('decision', entry => (entry.n === at.deniedDecision ? { ...entry, denial } : undefined));
    },
    'denial-of-other-origin',
  ],
  [
    'the denial of another call',
    forgery => {
      const denial = forgery.addText(`{"arguments":[],"functionName":"get_status","serviceId":"authSrv"}`);
      forgery.change('decision', entry => (entry.n === at.deniedDecision ? { ...entry, denial } : undefined));
    },
    'denial-of-other-call',
  ],
  [
    'another answer',
    forgery => {
      const result = forgery.addText('{"is_admin":false,"is_misbehaving":false}');
      forgery.change('decision', entry =>
        entry.n === at.statusDecision ? { ...entry, answer: { ret: 0, result } } : undefined,
      );
    },
    'run-signature',
  ],
  [
    'other arguments',
    forgery => {
      const other = forgery.addText('"goodbye"');
      forgery.change('request', entry =>
        entry.n === at.post ? { ...entry, args: [other, ...entry.args.slice(1)] } : undefined,
      );
    },
    'request-altered',
  ],
  [
    'another origin of an argument',
    forgery => {
      const request = forgery.all('request').find(({ n }) => n === at.denied);
      const origins = forgery.addText(
        forgery.contentOf(request?.origins ?? '').replace(idOf('alice'), idOf('bob')),
      );
      forgery.change('request', entry => (entry.n === at.denied ? { ...entry, origins } : undefined));
    },
    'request-altered',
  ],
  [
    'another function',
    forgery =>
      forgery.change('request', entry =>
        entry.n === at.status ? { ...entry, function: 'grant' } : undefined,
      ),
    'request-altered',
  ],
  [
    'another service',
    forgery =>
      forgery.change('request', entry =>
        entry.n === at.status ? { ...entry, service: 'blogSrv' } : undefined,
      ),
    'request-altered',
  ],
  [
    'another site',
    forgery =>
      forgery.change('request', entry => (entry.n === at.status ? { ...entry, site: '99' } : undefined)),
    'request-altered',
  ],
  [
    'an argument less',
    forgery =>
      forgery.change('request', entry =>
        entry.n === at.post ? { ...entry, args: entry.args.slice(0, -1) } : undefined,
      ),
    'request-altered',
  ],
  [
    'another peer of a call',
    forgery =>
      forgery.change('request', entry => (entry.n === at.status ? { ...entry, peer: 3 } : undefined)),
    'request-of-other-run',
  ],
  [
    'another script',
    forgery => {
      const script = forgery.addText(JSON.stringify(POST.replace('hello', 'hullo')));
      forgery.change('particle', entry => ({ ...entry, script }));
    },
    'particle-signature',
  ],
  [
    'another time of a particle',
    forgery => forgery.change('particle', entry => ({ ...entry, timestamp: 1 })),
    'particle-signature',
  ],
  [
    'another id of a particle',
    forgery => forgery.change('particle', entry => ({ ...entry, id: 'other' })),
    'particle-signature',
  ],
  [
    'another init peer',
    forgery => forgery.change('particle', entry => ({ ...entry, initPeerId: idOf('bob') })),
    'particle-signature',
  ],
  [
    'another return code',
    forgery =>
      forgery.change('run', entry => (entry.n === at.postRun ? { ...entry, code: 10_000 } : undefined)),
    'run-differs',
  ],
  [
    'other next peers',
    forgery => {
      const next = forgery.addText(JSON.stringify([idOf('mallory')]));
      forgery.change('run', entry => (entry.n === at.statusTaken ? { ...entry, next } : undefined));
    },
    'run-differs',
  ],
  [
    'another signature',
    forgery =>
      forgery.change('run', entry =>
        entry.signatures.length > 0
          ? { ...entry, signatures: [`00${(entry.signatures[0] ?? '').slice(2)}`] }
          : undefined,
      ),
    'run-signature',
  ],
  [
    'another peer that ran',
    forgery =>
      forgery.change('run', entry => (entry.n === at.statusTaken ? { ...entry, peer: 3 } : undefined)),
    'data-not-latest',
  ],
  [
    'a run that begins anew',
    forgery =>
      forgery.change('run', entry => (entry.n === at.postTaken ? { ...entry, prev: null } : undefined)),
    'data-not-latest',
  ],
  [
    'a run of another particle’s data',
    forgery =>
      forgery.change('run', entry =>
        entry.n === at.responseRun ? { ...entry, current: at.postTaken } : undefined,
      ),
    'data-of-other-particle',
  ],
  [
    'the answer to another call',
    forgery =>
      forgery.change('run', entry =>
        entry.n === at.postTaken ? { ...entry, results: [[1, at.statusDecision]] } : undefined,
      ),
    'answer-of-other-call',
  ],
  [
    'an answer that nobody decided',
    forgery => {
      const result = forgery.addText('2');
      forgery.change('run', entry =>
        entry.n === at.postTaken ? { ...entry, results: [[1, { ret: 0, result }]] } : undefined,
      );
    },
    'answer-undecided',
  ],
  [
    'a send to somebody else',
    forgery =>
      forgery.change('send', entry =>
        entry.n === at.sendToCarol ? { ...entry, to: idOf('mallory') } : undefined,
      ),
    'send-unasked',
  ],
  [
    'other limits',
    forgery =>
      forgery.change('peer', entry =>
        entry.n === 3 ? { ...entry, limits: { ...entry.limits, instructions: 1 } } : undefined,
      ),
    'run-differs',
  ],
  [
    'content',
    forgery => {
      const line = forgery.lines.find(({ payload }) => payload === '"hello"');
      if (line !== undefined) line.payload = '"hullo"';
    },
    'content-altered',
  ],
];

describe('an altered recording', () => {
  it.each(attacks)('%s: under the recorder’s checkpoint it was tampered with', (_, forge) => {
    const forgery = new Forgery(honest);
    forge(forgery);
    const { content, completeness, findings } = verifyText(forgery.text, { trust: TRUST });
    expect(content).toBe('tampered');
    if (forgery.text.includes('"hullo"') && !forgery.text.includes('\\"hullo')) return;
    expect(completeness).not.toBe('complete');
    expect(findings.map(({ name }) => name)).toContain('checkpoint-root');
  });

  it.each(attacks)('%s: without checkpoints it has its name', (_, forge, name) => {
    const forgery = new Forgery(honest);
    forge(forgery);
    const report = verifyText(forgery.withoutCheckpoints().text, { trust: NO_RECORDER });
    expect(report.content).not.toBe('equal');
    expect(report.completeness).toBe('unproven');
    expect(report.findings.map(finding => finding.name)).toContain(name);
  });

  it.each(attacks)('%s: a forger’s own checkpoint proves nothing', (_, forge, name) => {
    const forgery = new Forgery(honest);
    forge(forgery);
    const report = verifyText(forgery.resign(signer('mallory')).text, { trust: TRUST });
    expect(report.content).not.toBe('equal');
    expect(report.completeness).toBe('unproven');
    expect(report.findings.map(finding => finding.name)).toContain(name);
    expect(report.gaps.map(gap => gap.name)).toContain('unknown-recorder');
  });

  it('limits without end do not keep the auditor busy: a run may do only so much', () => {
    const forgery = new Forgery(honest);
    for (const { n } of forgery.all('peer'))
      forgery.change('peer', entry =>
        entry.n === n ? { ...entry, limits: { ...entry.limits, instructions: null } } : undefined,
      );
    const text = forgery.withoutCheckpoints().text;
    expect(verifyText(text, { trust: NO_RECORDER }).content).toBe('equal');
    const report = verifyText(text, { trust: NO_RECORDER, limitsMax: { instructions: 3 } });
    expect(report.content).toBe('withheld');
    expect(report.findings.map(({ name }) => name)).toContain('limits');
  });

  it('a recorder that lets pass what its own access rules deny convicts itself', () => {
    const forgery = new Forgery(closed);
    const acl = forgery.addText(
      forgery.contentOf(forgery.all('peer')[2]?.rules ?? '').replace(/"rules":\[.*?\]\}/, '"rules":[]}'),
    );
    forgery.change('peer', entry => (entry.name === 'carol' ? { ...entry, rules: acl } : undefined));
    expect(verifyText(forgery.withoutCheckpoints().text, { trust: NO_RECORDER }).findings).toContainEqual(
      expect.objectContaining({
        content: 'policy-failed',
        name: 'policy-not-followed',
        peerId: idOf('carol'),
      }),
    );
    const open = new Forgery(honest);
    const rules = open.addText(
      open
        .contentOf(open.all('peer')[2]?.rules ?? '')
        .replace('"rules":[]', '"rules":[{"effect":"deny","initPeers":"*","service":"blogSrv"}]'),
    );
    open.change('peer', entry => (entry.name === 'carol' ? { ...entry, rules } : undefined));
    const report = verifyText(open.tidy().withoutCheckpoints().text, { trust: NO_RECORDER });
    expect(report.content).toBe('policy-failed');
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        name: 'policy-not-followed',
        entry: at.postDecision,
        expected: 'served',
        actual: 'denied',
      }),
    );
  });

  it('honest twin: a failure that comes home was sent where no run said', async () => {
    const uncaught = withIds('(call "carol" ("blogSrv" "add_post") ["hello" true])');
    const text = await recordWorld({ scripts: [uncaught] });
    expect(new Forgery(text).all('send').map(({ to }) => to)).toEqual([idOf('carol'), idOf('alice')]);
    expect(verdictOf(verifyText(text))).toBe('equal complete');
  });

  it('honest twin: what was recorded is equal and complete, a denial by the access list too', () => {
    expect(verdictOf(verifyText(honest))).toBe('equal complete');
    expect(verdictOf(verifyText(closed))).toBe('equal complete');
    expect(new Forgery(closed).all('decision').map(({ stage }) => stage)).toContain('gatekeeper');
  });
});
