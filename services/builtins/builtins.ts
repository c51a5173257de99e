import { once } from '../../base/once.ts';
import { checkOptions } from '../../base/options.ts';
import { lateService } from '../service-instance.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { array } from './array.ts';
import { cmp } from './cmp.ts';
import { debug } from './debug.ts';
import { json } from './json.ts';
import { math } from './math.ts';
import { op } from './op.ts';
import { NO_CONTACTS } from './contacts.ts';
import { kad } from './kad.ts';
import { peer, PEER_SERVICE_OPTIONS } from './peer.ts';
import { sig } from './sig.ts';
import type { PeerServiceOptions } from './peer.ts';

/**
 * The services that compiled scripts expect on every peer: `op`, `math`, `cmp`, `array`, `json`, `debug`, `peer`, `kad`, and
 * with a key `sig`. `createPeer` registers them itself.
 *
 * @example createRegistry([...builtins({ clock }), startService(blog({ authPeer }))])
 */
export function builtins(options: PeerServiceOptions): ServiceInstance[] {
  checkOptions('builtins', options, PEER_SERVICE_OPTIONS);
  const { contacts = NO_CONTACTS, key } = options;
  return [
    ...Object.entries(SAME).map(([id, make]) => lateService(id, make)),
    lateService('peer', () => peer(options)),
    lateService('kad', () => kad(contacts)),
    ...(key === undefined ? [] : [lateService('sig', () => sig(key))]),
  ];
}

/** The same on every peer, and without state: schemas take longer to make than the rest of a peer. */
const SAME = {
  op: once(op),
  math: once(math),
  cmp: once(cmp),
  array: once(array),
  json: once(json),
  debug: once(debug),
};
