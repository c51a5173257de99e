import { describe, expect, it } from 'vitest';
import { RetCode, SealedRecord, type CallRecord } from '../../interpreter/index.ts';
import { atInstruction } from '../support/forge.ts';
import { answeredByAuth, HONEST_POST } from '../support/posting.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a record of alice's says something else than she has signed.
// Means:   the carrier changes one of its fields and leaves her signature as it is.
// Refused: by verifyLogSignature: every field is in the leaf, the leaf in the root, the root in the head that she signed.
describe('a carrier alters a record', () => {
  it('honest twin: the record as alice made it counts', () => {
    const { bench, forgery } = answeredByAuth();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_POST);
  });

  it.each<[string, Partial<CallRecord>]>([
    ['kind', { kind: 'canon' }],
    ['site', { site: atInstruction(2) }],
    ['service', { serviceId: 'otherSrv' }],
    ['function', { functionName: 'get_name' }],
    ['hash of the arguments', { argsHash: '00'.repeat(32) }],
    ['outcome', { outcome: 'failed' }],
    ['told argument', { told: [{ index: 0, valueHash: '00'.repeat(32) }] }],
  ])('is refused: another %s', (_, change) => {
    const { bench, forgery } = answeredByAuth();
    const outcome = bench.run('bob', { current: forgery.editRecord('alice', change).bytes });
    expectRefused(outcome, RetCode.signatureMismatch, {
      text: 'does not cover its log of length 1 in this particle',
    });
  });

  it('is refused: the hash of another result, with that result', () => {
    const { bench, forgery } = answeredByAuth();
    const responseHash = forgery.dropValues().addValue('{"is_admin":true}');
    const outcome = bench.run('bob', { current: forgery.editRecord('alice', { responseHash }).bytes });
    expectRefused(outcome, RetCode.signatureMismatch);
  });

  it('is refused: a record of another version', () => {
    const { bench, forgery } = answeredByAuth();
    forgery.editLog('alice', ({ records: [sealed] }) => ({
      records: [SealedRecord.ofBytes(sealed!.record, sealed!.bytes.with(1, 1))],
    }));
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.recordMalformed, {
      text: 'record version `1` is not `2`',
    });
  });
});
