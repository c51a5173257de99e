import { expect, it } from 'vitest';
import { campaign, CASES, CASES_OF_ALL_CODES, SEED } from './campaign.ts';
import type { MakeCase } from './case.ts';
import { BYTES } from './data/bytes.ts';
import { GROUPS } from './data/mutations.ts';
import { dataCase } from './data-case.ts';
import { headerCase } from './header-case.ts';
import { HEADER_MUTATIONS } from './header-mutations.ts';
import { RECEIPT_MUTATIONS, receiptCase } from './receipt-case.ts';
import { resultCase } from './result-case.ts';
import { RESULT_MUTATIONS } from './result-mutations.ts';
import { scriptCase } from './script-case.ts';
import { SCRIPT_MUTATIONS } from './script-mutations.ts';

interface Kind {
  readonly make: MakeCase;
  /** Of all cases. */
  readonly share: number;
  readonly mutations: readonly string[];
  /** Codes that chance must bring about, each of them, or the fuzzer does not get where it is meant to; first: all is well. */
  readonly codes: readonly [number | string, ...(number | string)[]];
}

const PARTICLE_CODES =
  'FIELD ID INIT_PEER SCRIPT_SIZE DATA_SIZE TTL FUTURE EXPIRED SIGNATURE DENIED SENDER_BUSY INIT_PEER_BUSY PEER_BUSY'.split(
    ' ',
  );

const KINDS: Readonly<Record<string, Kind>> = {
  data: {
    make: dataCase,
    share: 0.6,
    mutations: [...GROUPS.flat().map(([name]) => name), ...Object.keys(BYTES)],
    codes: [0, 2, 6, 8, 9, 12, 14, 15, 10000, 20010, 20012, 20017, 20021, 20024],
  },
  results: {
    make: resultCase,
    share: 0.1,
    mutations: Object.keys(RESULT_MUTATIONS),
    codes: [0, 5, 10000, 30000],
  },
  scripts: {
    make: scriptCase,
    share: 0.2,
    mutations: Object.keys(SCRIPT_MUTATIONS),
    codes: [0, 1, 20007, 20013, 20017, 20021],
  },
  headers: {
    make: headerCase,
    share: 0.06,
    mutations: Object.keys(HEADER_MUTATIONS),
    codes: ['admitted', ...PARTICLE_CODES.map(code => `ERR_PARTICLE_${code}`)],
  },
  receipts: {
    make: receiptCase,
    share: 0.04,
    mutations: Object.keys(RECEIPT_MUTATIONS),
    codes: [
      'proven',
      ...['MALFORMED', 'PARTICLE_SIGNATURE', 'SIGNATURE', 'CONFLICT'].map(code => `ERR_RECEIPT_${code}`),
    ],
  },
};

for (const [kind, { make, share, mutations, codes }] of Object.entries(KINDS)) {
  const count = Math.ceil(CASES * share);
  it(`${kind}: ${count} cases from seed ${SEED}`, { timeout: 0 }, async () => {
    const tally = await campaign(kind, make, count);
    console.log(String(tally));
    if (tally.cases < CASES_OF_ALL_CODES * share) return;
    expect([...tally.codes.keys()]).toEqual(expect.arrayContaining(codes.map(String)));
    expect(mutations.filter(name => !tally.mutations.includes(name))).toEqual([]);
    // Neither is all let through, nor all refused, nor all refused at one door.
    for (const code of tally.codes.keys()) expect(tally.share(code), code).toBeLessThan(0.75);
    expect(tally.share(String(codes[0]))).toBeGreaterThan(0.05);
  });
}
