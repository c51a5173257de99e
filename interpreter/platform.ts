import { sha256 as portable } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../base/bytes.ts';

/** The part of `node:crypto` that Beryl uses. Typed here, so that nothing of Node is needed to compile for browsers. */
export interface NativeCrypto {
  hash?(algorithm: 'sha256', data: Uint8Array | string, encoding: 'hex' | 'latin1'): string;
  createPrivateKey(key: { key: Uint8Array; format: 'der'; type: 'pkcs8' }): object;
  createPublicKey(key: { key: object; format: 'jwk' } | object): {
    export(options: { format: 'der'; type: 'spki' }): Uint8Array;
  };
  sign(algorithm: null, data: Uint8Array, key: object): Uint8Array;
  verify(algorithm: null, data: Uint8Array, key: object, signature: Uint8Array): boolean;
}

interface HostProcess {
  getBuiltinModule?(name: string): unknown;
}

/**
 * The platform's native cryptography, or `undefined` in browsers. Looked up at run time: an import would not load there.
 */
export const nativeCrypto: NativeCrypto | undefined = (
  globalThis as { process?: HostProcess }
).process?.getBuiltinModule?.('node:crypto') as NativeCrypto | undefined;

export const portableSha256 = (data: Uint8Array | string): Uint8Array =>
  portable(typeof data === 'string' ? utf8(data) : data);

/**
 * SHA-256, 32 bytes. A string stands for its UTF-8 bytes.
 *
 * @example sha256('hello').length // 32
 */
export function sha256(data: Uint8Array | string): Uint8Array {
  const digest = new Uint8Array(32);
  sha256Into(data, digest, 0);
  return digest;
}

/** Writes the 32 bytes of {@link sha256} to `target`: where there is a place for them, an array of their own costs more than hashing. */
export function sha256Into(data: Uint8Array | string, target: Uint8Array, at: number): void {
  if (nativeCrypto?.hash === undefined) {
    target.set(portableSha256(data), at);
    return;
  }
  // As text with a character for each byte: faster than getting a Buffer, or hex.
  const text = nativeCrypto.hash('sha256', data, 'latin1');
  for (let i = 0; i < 32; i++) target[at + i] = text.charCodeAt(i);
}

/** As {@link sha256}, in lower-case hex: 64 characters. */
export function sha256Hex(data: Uint8Array | string): string {
  return nativeCrypto?.hash === undefined
    ? toHex(portableSha256(data))
    : nativeCrypto.hash('sha256', data, 'hex');
}
