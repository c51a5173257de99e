import { RunError } from '../errors.ts';
import { onForget } from '../forget.ts';
import { cidOf } from '../values/cid.ts';
import type { Data } from './data.ts';

/**
 * Values are stored by hash, so an altered value is one that no record names.
 *
 * @param data What has arrived: its records name its values.
 * @throws {RunError} 8 for the first value that none names.
 * @spec docs/spec/call-record.md#verification
 */
export function verifyValues(data: Data): void {
  if (data.values.size === 0 || passed.has(data)) return;
  if (!areNamedInOrder(data)) requireNamed(data);
  passed.add(data);
}

function requireNamed(data: Data): void {
  const named = new Set<string>();
  for (const log of data.logs.values())
    for (let i = 0; i < log.count; i++) named.add(log.at(i).record.responseHash);
  for (const hash of data.values.keys()) {
    if (!named.has(hash)) {
      const cid = cidOf(hash);
      throw new RunError(
        'valueMismatch',
        `value \`${cid}\` is named by no record: it was altered or does not belong here`,
        { cid },
      );
    }
  }
}

/** As peers write them, values mostly stand in the order of the records that name them: then one look at each is enough. */
function areNamedInOrder(data: Data): boolean {
  const values = data.values.keys();
  let next = values.next();
  for (const log of data.logs.values()) {
    for (let i = 0; i < log.count && next.done !== true; i++)
      if (log.at(i).record.responseHash === next.value) next = values.next();
  }
  return next.done === true;
}

/** Data that passed before; it cannot have changed since. */
let passed = new WeakSet<Data>();
onForget(() => (passed = new WeakSet()));
