import { describe, expect, it } from 'vitest';
import { Eavesdropper, replaceOnWire, spliceOnWire } from '../../../network/wire.ts';
import { decodeData } from '../../../interpreter/index.ts';
import type { Message } from '../../../peer/index.ts';
import { sessionOf } from '../../support/cli.ts';

/** Messages on the wire of a run in which b answers, and c gets the answer. */
async function messages(text: string): Promise<{ all: Message[]; id: (name: string) => string }> {
  const session = await sessionOf({ init: 'a', clock: 'virtual', peers: { a: {}, b: {}, c: {} } });
  const all: Message[] = [];
  session.intercept(message => {
    all.push(message);
    return message.particle;
  });
  await session.run(`(seq (call b ("op" "identity") ["${text}"] x) (call c ("op" "identity") [x]))`, {
    file: 's',
  });
  return { all, id: name => session.peerIds.get(name) as string };
}

describe('an attacker on the wire', () => {
  it('replaces a text on its link only', async () => {
    const { all, id } = await messages('honest');
    const [toB, toC] = all as [Message, Message];
    const replace = replaceOnWire({ from: id('b'), to: id('c') }, 'honest', 'bad');
    expect(replace(toB)).toBe(toB.particle);
    const changed = replace(toC) as typeof toC.particle;
    expect(Buffer.from(changed.data).includes('bad   ')).toBe(true);
    expect(changed.data).toHaveLength(toC.particle.data.length);
    expect(Buffer.from(toC.particle.data).includes('honest')).toBe(true);
  });

  it('leaves data alone that has no such text', async () => {
    const { all } = await messages('honest');
    const replace = replaceOnWire({ from: undefined, to: undefined }, 'absent', 'x');
    for (const message of all) expect(replace(message)).toBe(message.particle);
  });

  it('splices the records of an earlier particle', async () => {
    const [early, late] = [await messages('early'), await messages('late')];
    const eavesdropper = new Eavesdropper();
    expect(eavesdropper.last).toBeUndefined();
    for (const message of early.all) expect(eavesdropper.intercept(message)).toBe(message.particle);
    const earlier = early.all[1]?.particle;
    if (earlier === undefined) throw new Error('nothing was sent');
    const splice = spliceOnWire({ from: undefined, to: undefined }, late.id('b'), earlier);
    const { data, signature } = splice(late.all[1] as Message) as typeof earlier;
    const values = [...decodeData(data, signature, 'spliced').values.values()].map(({ text }) => text);
    expect(values).toContain('"early"');
    expect(values).not.toContain('"late"');
  });
});
