import { describe, expect, it } from 'vitest';
import { scryptVault } from '../../../channels/index.ts';

const PASS = 'correct horse battery';
const cost = 2 ** 10;
const plain = new TextEncoder().encode('a secret key');

describe('a vault with a pass phrase', () => {
  it('opens what it has sealed, and seals the same differently each time', async () => {
    const vault = scryptVault(PASS, { cost });
    const [one, other] = [await vault.seal(plain), await vault.seal(plain)];
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
    expect(Buffer.from(one).toString('latin1')).not.toContain('secret');
    for (const sealed of [one, other]) expect(Buffer.from(await vault.open(sealed)).equals(plain)).toBe(true);
    // The cost stands in what is sealed.
    expect(Buffer.from(await scryptVault(PASS, { cost: 2 * cost }).open(one)).equals(plain)).toBe(true);
  });

  it('refuses another pass phrase, and each change of a byte', async () => {
    const sealed = Buffer.from(await scryptVault(PASS, { cost }).seal(plain));
    const refused = { code: 'ERR_CHANNEL_KEPT_KEYS' };
    await expect(scryptVault('another phrase', { cost }).open(sealed)).rejects.toMatchObject(refused);
    for (const at of [0, 4, 5, 25, 40, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] as number) ^ 1;
      await expect(scryptVault(PASS, { cost }).open(changed)).rejects.toMatchObject(refused);
    }
    await expect(scryptVault(PASS, { cost }).open(sealed.subarray(0, 20))).rejects.toMatchObject(refused);
  });

  it('a file cannot ask for more memory than the largest cost', async () => {
    const sealed = Uint8Array.from(await scryptVault(PASS, { cost }).seal(plain));
    sealed[4] = 40;
    await expect(scryptVault(PASS).open(sealed)).rejects.toMatchObject({ code: 'ERR_CHANNEL_KEPT_KEYS' });
  });

  it.each([
    ['a short pass phrase', () => scryptVault('short')],
    ['a cost that is not a power of two', () => scryptVault(PASS, { cost: 1500 })],
    ['too low a cost', () => scryptVault(PASS, { cost: 2 })],
    ['an unknown option', () => scryptVault(PASS, { costs: 2 } as never)],
  ])('refuses %s', (_, make) => expect(make).toThrow(TypeError));
});
