import { startService } from '../service-instance.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { array } from './array.ts';
import { cmp } from './cmp.ts';
import { debug } from './debug.ts';
import { json } from './json.ts';
import { math } from './math.ts';
import { op } from './op.ts';
import { peer } from './peer.ts';
import type { PeerServiceOptions } from './peer.ts';

/**
 * The services that compiled scripts expect on every peer: `op`, `math`, `cmp`, `array`, `json`, `debug`, `peer`. `createPeer` registers
 * them itself.
 *
 * @example createRegistry([...builtins({ clock }), startService(blog)])
 */
export function builtins(options: PeerServiceOptions): ServiceInstance[] {
  const stateless = [op(), math(), cmp(), array(), json(), debug(), peer(options)];
  return stateless.map(definition => startService(definition));
}
