import { toBase64 } from '../base/bytes.ts';
import { decodeData, encodeData } from '../interpreter/index.ts';
import type { Interceptor, Particle } from '../peer/index.ts';

/** A link on which an attacker sees all data from one peer to another. `undefined`: any peer. */
export interface Link {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const isOn = ({ from, to }: Link, message: { from: string; to: string }): boolean =>
  (from === undefined || from === message.from) && (to === undefined || to === message.to);

/** Overwrites a text in the data with another one. */
export function replaceOnWire(link: Link, find: string, by: string): Interceptor {
  const replacement = Buffer.from(by.padEnd(find.length, ' ')).subarray(0, Buffer.byteLength(find));
  return message => {
    if (!isOn(link, message)) return message.particle;
    const data = Buffer.from(message.particle.data);
    const at = data.indexOf(find);
    if (at === -1) return message.particle;
    replacement.copy(data, at);
    return { ...message.particle, data: new Uint8Array(data) };
  };
}

/** Keeps the last particle that it sees on a link. */
export class Eavesdropper {
  readonly #seen = new Map<string, Particle>();

  readonly intercept: Interceptor = ({ particle }) => {
    this.#seen.set(toBase64(particle.signature), particle);
    return particle;
  };

  get last(): Particle | undefined {
    return [...this.#seen.values()].at(-1);
  }
}

/** Replaces the records of a peer, and all values, by those of an earlier particle. */
export function spliceOnWire(link: Link, peerId: string, earlier: Particle): Interceptor {
  const old = decodeData(earlier.data, earlier.signature, 'earlier');
  return message => {
    const { particle } = message;
    if (!isOn(link, message)) return particle;
    const data = decodeData(particle.data, particle.signature, 'carried');
    const log = old.logs.get(peerId);
    if (log === undefined || !data.logs.has(peerId)) return particle;
    const logs = new Map(data.logs).set(peerId, log);
    const names = new Set(
      [...logs.values()].flatMap(({ records }) => records).map(({ record }) => record.responseHash),
    );
    const values = new Map([...data.values, ...old.values].filter(([hash]) => names.has(hash)));
    return { ...particle, data: encodeData({ ...data, logs, values }) };
  };
}
