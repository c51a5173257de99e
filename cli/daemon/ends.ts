/** What ends each part of a peer that has started, in the order in which they started. */
export type Ends = (() => void | Promise<void>)[];

/** Ends all parts, the last one first. One that fails does not keep the others running. @returns What has failed; never rejects. */
export async function endAll(ends: Ends): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).toReversed()) {
    try {
      await end();
    } catch (failure) {
      failures.push(failure);
    }
  }
  return failures;
}
