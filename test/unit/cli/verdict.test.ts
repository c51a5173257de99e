import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../cli/verdict.ts';
import { playWire } from '../../../network/index.ts';
import { sessionOf } from '../../support/cli.ts';

const NETWORK = {
  init: 'a',
  clock: 'virtual',
  peers: {
    a: {},
    b: { services: [{ kind: 'auth', admins: ['a'] }] },
    c: { services: [{ kind: 'blog', auth: 'b' }] },
  },
};
const verdict = async (script: string, network: object = NETWORK) =>
  verdictOf(await (await sessionOf(network)).run(script, { file: 's' }));

describe('verdictOf', () => {
  it.each<[string, string, object]>([
    ['ok', '(null)', { outcome: 'ok', exitCode: 0, code: '', layer: '' }],
    [
      'a service is missing',
      '(call b ("s" "f") [])',
      { outcome: 'script-error', exitCode: 1, code: 'ERR_SERVICE_UNKNOWN' },
    ],
    [
      'the script fails',
      '(seq (call b ("op" "noop") []) (call a ("op" "noop") [:error:.$.x]))',
      { outcome: 'script-error', exitCode: 1, layer: 'script' },
    ],
    [
      'a peer is missing',
      '(call "nobody" ("op" "noop") [])',
      { outcome: 'network-error', exitCode: 3, layer: 'network', code: 'ERR_STARTED_SEND' },
    ],
    [
      'the particle expires',
      '(seq (never) (call %init_peer_id% ("callbackSrv" "response") []))',
      { outcome: 'network-error', exitCode: 3, code: 'ERR_STARTED_EXPIRED' },
    ],
    [
      'a guard denies',
      '(call c ("blogSrv" "add_post") ["text" true])',
      { outcome: 'denied', exitCode: 4, layer: 'guards', code: 'ERR_CALL_DENIED_GUARD' },
    ],
    [
      'the graver counts: denied before failed',
      '(par (call b ("s" "f") []) (call c ("blogSrv" "add_post") ["text" true]))',
      { outcome: 'denied', exitCode: 4 },
    ],
  ])('%s', async (_, script, expected) => expect(await verdict(script)).toMatchObject(expected));

  it.each<[string, string, string]>([
    [
      'a name set twice (20007)',
      '(seq (call b ("op" "identity") [1] x) (seq (call c ("op" "noop") []) (call c ("op" "identity") [2] x)))',
      'ERR_RUN_20007',
    ],
    [
      'a stream without end (20013)',
      '(seq (call b ("op" "identity") [1] $s) (new $t (seq (ap 1 $t) (fold $t i (seq (ap i $t) (next i)) (null)))))',
      'ERR_RUN_20013',
    ],
  ])('an author’s mistake accuses no peer: %s', async (_, script, code) => {
    const found = await verdict(script);
    expect(found).toMatchObject({ outcome: 'script-error', exitCode: 1, layer: 'script', code });
    expect(found.text).not.toBe('');
  });

  it('honest twin: altered data is refused, and accuses', async () => {
    const network = {
      ...NETWORK,
      wire: { do: 'replace', from: 'b', to: 'c', find: '"is_admin":true', with: '"is_admin":null' },
    };
    const session = await sessionOf(network);
    await playWire(session);
    const report = await session.run(
      '(seq (call b ("authSrv" "get_status") [] s) (call c ("blogSrv" "add_post") ["t" s.$.is_admin]))',
      { file: 's' },
    );
    expect(verdictOf(report)).toMatchObject({ outcome: 'refused', exitCode: 5, layer: 'verification' });
  });
});
