/**
 * A number of things, in words.
 *
 * @param many Left out: `one` with an `s`.
 * @example counted(1, 'call') // '1 call'
 * @example counted(2, 'entry', 'entries') // '2 entries'
 */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
