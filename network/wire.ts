import { toBase64, utf8 } from '../base/bytes.ts';
import { decodeData, encodeData, RecordLog, SealedRecord } from '../interpreter/index.ts';
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
  const wanted = utf8(find);
  const replacement = utf8(by.padEnd(find.length, ' ')).subarray(0, wanted.length);
  return message => {
    if (!isOn(link, message)) return message.particle;
    const data = message.particle.data.slice();
    const at = indexOf(data, wanted);
    if (at === -1) return message.particle;
    data.set(replacement, at);
    return { ...message.particle, data };
  };
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0] ?? 0); at !== -1; at = bytes.indexOf(wanted[0] ?? 0, at + 1))
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
}

/** Overwrites a text in the script that travels. */
export function replaceInScript(find: string, by: string): Interceptor {
  return ({ particle }) => ({ ...particle, script: particle.script.replaceAll(find, () => by) });
}

/** Another hash in the records of a function: of its arguments, or of its result. @param name `service.function`. */
export function alterRecords(name: string, field: 'argsHash' | 'responseHash'): Interceptor {
  return ({ particle }) => {
    const data = decodeData(particle.data, particle.signature, 'carried');
    const logs = new Map(data.logs);
    for (const [peerId, log] of data.logs) {
      if (!log.records.some(({ record }) => isOf(name, record))) continue;
      const records = log.records.map(sealed =>
        isOf(name, sealed.record)
          ? SealedRecord.of({ ...sealed.record, [field]: otherHash(sealed.record[field]) })
          : sealed,
      );
      logs.set(peerId, RecordLog.of(particle.signature, peerId, records, log.signature));
    }
    return { ...particle, data: encodeData({ ...data, logs }) };
  };
}

const isOf = (name: string, { serviceId, functionName }: SealedRecord['record']): boolean =>
  `${serviceId}.${functionName}` === name;

/** Another first digit. */
const otherHash = (hash: string): string => (hash.startsWith('0') ? '1' : '0') + hash.slice(1);

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
