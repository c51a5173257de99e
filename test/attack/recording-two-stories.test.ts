import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../base/bytes.ts';
import { verifyEquivocation } from '../../interpreter/index.ts';
import { createSimulation } from '../../peer/index.ts';
import { MemorySink, Recorder, type AuditReport } from '../../audit/index.ts';
import { auth, blog, startService, type ServiceInstance } from '../../services/index.ts';
import { idOf, seedOf, withIds } from '../support/cast.ts';
import { POST, RECORDER, recordWorld, TRUST, verifyText, verifyTexts } from '../support/recording.ts';

// Goal:    bob tells carol that alice is an admin, and dave that she is not, and no auditor sees it.
// Means:   the two never meet in one run: they are recorded by two peers, in one file or in several.
// Refused: the logs of one peer in one particle are held against each other over all runs of all files; both statements convict him.
const BOTH = withIds(`(seq
  (call "bob" ("authSrv" "get_status") [] status)
  (par
    (xor (call "carol" ("blogSrv" "add_post") ["hello" status.$.is_admin]) (null))
    (xor (call "dave" ("blogSrv" "add_post") ["hello" status.$.is_admin]) (null))))`);
const trust = { ...TRUST, peers: new Map([...TRUST.peers, [idOf('dave'), 'dave']]) };

function servicesOf(name: string, admins: readonly string[]): ServiceInstance[] {
  if (name === 'alice') return [];
  if (name === 'bob') return [startService(auth({ admins: [...admins] }))];
  return [startService(blog({ authPeer: idOf('bob') }))];
}

/** Carol and dave record into one file; each lives in a world in which bob answers with its own admins. */
async function recordBoth(carolHears: readonly string[], daveHears: readonly string[]): Promise<string> {
  const sink = new MemorySink();
  let time = 1_700_000_000_000;
  const recorder = new Recorder({ sink, origin: 'one', signer: RECORDER, clock: { now: () => time++ } });
  for (const name of ['carol', 'dave']) recorder.addPeer({ peerId: idOf(name), name });
  for (const [recorded, admins] of [
    ['carol', carolHears],
    ['dave', daveHears],
  ] as const) {
    const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
    const [alice] = ['alice', 'bob', 'carol', 'dave'].map(name =>
      simulation.addPeer({
        secretKey: seedOf(name),
        services: servicesOf(name, admins),
        ...(name === recorded && { observer: recorder }),
      }),
    );
    alice?.run(BOTH).done.catch(() => undefined);
    await simulation.settle();
  }
  recorder.end();
  return sink.text();
}

const ALICE = [idOf('alice')];
let files: { yes: string; no: string; carolNo: string; bobYes: string };
beforeAll(async () => {
  const world = (origin: string, recorded: readonly string[], admins: readonly string[]): Promise<string> =>
    recordWorld({ origin, recorded, admins, scripts: [POST] });
  files = {
    yes: await world('a', ['alice', 'bob', 'carol'], ALICE),
    no: await world('b', ['alice', 'bob', 'carol'], []),
    carolNo: await world('c', ['carol'], []),
    bobYes: await world('d', ['bob'], ALICE),
  };
});

/** The report convicts bob alone, with evidence that stands without it. */
function expectBobConvicted(report: AuditReport): void {
  expect(report.content).toBe('equivocation');
  const convictions = report.findings.filter(({ name }) => name === 'two-stories');
  expect(convictions.map(({ peerId }) => peerId)).toContain(idOf('bob'));
  for (const { evidence, peerId } of convictions)
    expect(verifyEquivocation(fromHex(evidence ?? '') as Uint8Array).peerId).toBe(peerId);
  expect(report.particles.map(({ content }) => content)).toContain('equivocation');
}

describe('two statements of bob', () => {
  it('in one file, in two runs that never meet', async () => {
    expectBobConvicted(verifyText(await recordBoth(ALICE, []), { trust }));
  });

  it('in two files of the same peers, in any order', () => {
    expectBobConvicted(verifyTexts([files.yes, files.no]));
    expectBobConvicted(verifyTexts([files.no, files.yes]));
  });

  it('in the file of one peer and that of another, in any order', () => {
    expectBobConvicted(verifyTexts([files.bobYes, files.carolNo]));
    expectBobConvicted(verifyTexts([files.carolNo, files.bobYes]));
    expectBobConvicted(verifyTexts([files.yes, files.carolNo]));
  });
});

describe('one statement', () => {
  it('honest twin: one statement in one file and in several convicts no peer', async () => {
    expect(verifyText(await recordBoth(ALICE, ALICE), { trust }).content).toBe('equal');
    expect(verifyTexts([files.yes, files.bobYes]).content).toBe('equal');
    expect(verifyTexts([files.no, files.carolNo]).content).toBe('equal');
  });

  it('each file alone is equal: only together they show it', () => {
    for (const text of Object.values(files)) expect(verifyText(text).content).toBe('equal');
  });
});
