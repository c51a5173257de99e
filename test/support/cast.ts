import { sha256, signerOf, type Signer } from '../../interpreter/index.ts';

/** Peers with fixed keys. Mallory is a participant like any other, with a valid key and bad intentions. */
export const NAMES = ['alice', 'bob', 'carol', 'dave', 'mallory'] as const;

export const seedOf = (name: string): Uint8Array => sha256(name);
export const signer = (name: string): Signer => signerOf(seedOf(name));
export const idOf = (name: string): string => signer(name).peerId;

/** Puts peer ids where a script has names of the cast in double quotes: `"alice"`. */
export function withIds(script: string): string {
  return NAMES.reduce((text, name) => text.replaceAll(`"${name}"`, `"${idOf(name)}"`), script);
}

/** Puts names where a text has peer ids of the cast. */
export function withNames(text: string): string {
  return NAMES.reduce((named, name) => named.replaceAll(idOf(name), name), text);
}
