import { describe, expect, it } from 'vitest';
import { inspect, type Step } from '../../../interpreter/index.ts';
import { createSimulation } from '../../../peer/index.ts';
import { idOf, seedOf } from '../../support/cast.ts';

/** All runs of a script on two peers. */
async function stepsOf(script: string): Promise<Step[]> {
  const simulation = createSimulation({ seed: 1, startMs: 0 });
  const steps: Step[] = [];
  const observer = { step: (step: Step) => void steps.push(step) };
  simulation.addPeer({ secretKey: seedOf('bob'), observer });
  simulation.addPeer({ secretKey: seedOf('alice'), observer }).run(script);
  await simulation.settle();
  await simulation.runToEnd();
  return steps;
}

const names = (step: Step, at?: number): string[] =>
  inspect(step.input, at).variables.map(({ name, json }) => `${name}=${json}`);

describe('inspect', () => {
  it('shows variables of all kinds with their tetraplets, at each place', async () => {
    const steps = await stepsOf(
      `(seq (call "${idOf('bob')}" ("op" "identity") [7] x) (seq (ap x $s) (seq (canon "${idOf('bob')}" $s #c) (ap #c.$.[0] y))))`,
    );
    const last = steps.at(-1) as Step;
    const end = inspect(last.input);
    expect(end).toMatchObject({ count: 4, next: undefined, isComplete: true });
    expect(names(last)).toEqual(['x=7', '$s=[7]', '#c=[7]', 'y=7']);
    expect(end.variables[3]?.tetraplets).toEqual([
      { peerId: idOf('bob'), serviceId: 'op', functionName: 'identity', getter: '' },
    ]);
    expect(end.variables[2]).toMatchObject({ elementwise: true });
    expect(names(last, 0)).toEqual([]);
    expect(names(last, 1)).toEqual(['x=7']);
    expect(inspect(last.input, 3).next).toMatchObject({ instruction: { kind: 'ap' }, site: '6' });
  });

  it('shows iterators inside of folds, and private streams inside of new', async () => {
    const [step] = await stepsOf(
      '(new $s (seq (seq (ap 1 $s) (ap 2 $s)) (seq (canon %init_peer_id% $s #c) (fold #c i (seq (ap i $t) (next i))))))',
    );
    const { count } = inspect((step as Step).input);
    const seen = Array.from({ length: count }, (_, at) => names(step as Step, at));
    expect(seen).toContainEqual(['$s=[1,2]', '#c=[1,2]', 'i=2', '$t=[1]']);
    expect(names(step as Step)).toEqual(['#c=[1,2]', '$t=[1,2]']);
  });

  it('leaves out instructions in front, and says when something waits', async () => {
    const [step] = await stepsOf('(seq (ap 1 x) (seq (never) (ap 2 y)))');
    expect(inspect((step as Step).input, 0, 3)).toMatchObject({
      count: 1,
      next: { instruction: { kind: 'never' } },
    });
    expect(inspect((step as Step).input).isComplete).toBe(false);
  });

  it('shows what a refused run held', async () => {
    const [step] = await stepsOf('(seq (ap 1 x) (null))');
    const { input } = step as Step;
    expect(inspect({ ...input, currentData: new Uint8Array([1, 2, 3]) })).toEqual({
      count: 0,
      next: undefined,
      variables: [],
      isComplete: false,
    });
  });
});
