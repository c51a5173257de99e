import { expect, it } from 'vitest';
import { utf8 } from '../../../../base/bytes.ts';
import { sha256Hex } from '../../../../interpreter/index.ts';
import { argsHashOf } from '../../../../interpreter/log/args-hash.ts';
import { encodeRecord, type CallRecord } from '../../../../interpreter/log/record.ts';
import { Iterations, siteOf } from '../../../../interpreter/provenance/site.ts';
import { receiptClaims, type Receipt } from '../../../../interpreter/receipts/receipt.ts';
import { idOf } from '../../../support/cast.ts';
import { NOW, particleOf } from '../../../support/stranger.ts';

/** Lists inside each other. */
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** A receipt, its signatures verified, for a record of this value and this one argument. */
function claims({ value, argument }: { value: string; argument: string }): unknown {
  const record: CallRecord = {
    kind: 'call',
    site: siteOf(0, Iterations.none),
    serviceId: 's',
    functionName: 'f',
    argsHash: argsHashOf([sha256Hex(argument)]),
    outcome: 'ok',
    responseHash: sha256Hex(value),
    told: [],
  };
  const { id, initPeerId, ttl, script, signature } = particleOf('alice');
  const receipt: Receipt = {
    particle: { id, initPeerId, timestamp: NOW, ttl, script, signature },
    statement: {
      peerId: idOf('bob'),
      bytes: encodeRecord(record),
      record,
      index: 0,
      size: 1,
      path: [],
      signature,
    },
    value: utf8(value),
    arguments: utf8(`[${argument}]`),
  };
  return receiptClaims(receipt);
}

it('a value of 127 levels is read, one of 128 is refused', () => {
  expect(claims({ value: nested(127), argument: '1' })).toMatchObject({ valueJson: nested(127) });
  expect(() => claims({ value: nested(128), argument: '1' })).toThrow(
    expect.objectContaining({ code: 'ERR_RECEIPT_VALUE' }),
  );
});

it('an argument of 127 levels is read, one of 128 is refused', () => {
  expect(claims({ value: '1', argument: nested(127) })).toMatchObject({ argumentsJson: `[${nested(127)}]` });
  expect(() => claims({ value: '1', argument: nested(128) })).toThrow(
    expect.objectContaining({ code: 'ERR_RECEIPT_ARGUMENTS' }),
  );
});
