import { describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { ADMIN, AUTH, launder, post, seq } from '../support/launder.ts';

// Goal:    a script hides where a value is from, or gives it the origin of somebody who is believed.
// Means:   the value goes through a service that returns its argument, on a peer that everybody trusts.
// Refused: by expectOrigin; an answer originates from the peer that gave it. Its arguments can be checked by `whose`.
const echoed = (peer: string, service = 'op', fn = 'identity'): string =>
  seq(AUTH, `(call "${peer}" ("${service}" "${fn}") [true] x)`, post('x'));

/** What bob's Blog is asked after one more peer has answered `true`. */
function relayed(script: string, peer: string) {
  const bench = new Bench(script, { init: 'mallory' });
  bench.run('alice');
  const { callRequests } = bench.run('alice', { results: { 1: ADMIN } });
  if (peer !== 'alice') bench.deliver('alice', peer);
  const id = peer === 'alice' ? ([...callRequests.keys()][0] ?? 0) : 1;
  bench.run(peer, { results: { [id]: 'true' } });
  return bench.deliver(peer, 'bob').callRequests.get(1);
}

describe('a value repeated by another peer', () => {
  it('honest twin: the answer itself', async () => {
    expect((await launder(seq(AUTH, post('status.$.is_admin')), ADMIN)).verdict).toBe('served');
  });

  it.each([
    ['by Auth’s own peer', 'alice', 'op', 'identity'],
    ['by another peer, under Auth’s names', 'mallory', 'authSrv', 'get_status'],
    ['by Auth’s peer, as another function of Auth', 'alice', 'authSrv', 'identity'],
  ])('originates from the peer that repeated it: %s', (_, peer, service, fn) => {
    const request = relayed(echoed(peer, service, fn), peer);
    expect(request?.tetraplets[1]).toEqual([
      { peerId: idOf(peer), serviceId: service, functionName: fn, getter: '' },
    ]);
    expect(request?.origins[1]?.arguments[0]).toMatchObject({
      kind: 'literal',
      tetraplet: { peerId: idOf('mallory'), serviceId: '' },
    });
  });

  it('originates from the peer that repeated it, even if service and function get Auth’s names at run time', () => {
    const script = seq(
      AUTH,
      '(ap "authSrv" s)',
      '(ap "get_status" f)',
      '(call "mallory" (s f) [true] x)',
      post('x'),
    );
    expect(relayed(script, 'mallory')?.tetraplets[1]).toEqual([
      { peerId: idOf('mallory'), serviceId: 'authSrv', functionName: 'get_status', getter: '' },
    ]);
  });
});
