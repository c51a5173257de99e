import type { Session } from './session.ts';
import { Eavesdropper, replaceOnWire, spliceOnWire } from './wire.ts';

/** Puts the attacker that a session's network file describes on the wire. Paths of `earlier` scripts are relative to that file. */
export async function playWire(session: Session): Promise<void> {
  const { wire, beside } = session.network;
  if (wire === undefined) return;
  const id = (name: string): string => session.peerIds.get(name) as string;
  const link = { from: id(wire.from), to: id(wire.to) };
  if (wire.do === 'replace') {
    session.intercept(replaceOnWire(link, wire.find, wire.with));
    return;
  }
  const eavesdropper = new Eavesdropper();
  const leave = session.intercept(eavesdropper.intercept);
  const { init, script } = wire.earlier;
  await session.run(beside.readText(script, 'script'), { file: beside.pathOf(script), init });
  leave();
  if (eavesdropper.last !== undefined)
    session.intercept(spliceOnWire(link, id(wire.records), eavesdropper.last));
}
