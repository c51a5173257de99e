/** A field that getters write without quotes. */
export const PLAIN_FIELD = /^(?![0-9])[\p{Alphabetic}\p{Nd}\p{Nl}\p{No}_-]+$/u;

/** How getters spell a field: quoted if it is not a plain name. */
export const fieldStep = (name: string): string =>
  PLAIN_FIELD.test(name) ? name : `[${JSON.stringify(name)}]`;

/** How getters spell an index. */
export const indexStep = (index: number): string => `[${index}]`;
