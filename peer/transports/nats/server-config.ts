import { IdentityError } from '../../identity/errors.ts';
import { verifyHostBinding, type HostBinding } from '../../identity/host-binding.ts';
import { nkeyOf } from './nkey.ts';
import {
  beatSubject,
  frameStream,
  frameSubject,
  inboxOf,
  PARTITIONS,
  signSubject,
  stateStream,
} from './subjects.ts';

/** What one host may publish, and subscribe to. */
export interface HostPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * The rights of one host. It publishes in the name of its own peer only, reads what is sent to its own peer only, and manages the
 * streams of its own peer only.
 */
function permissionsOf({ peerId, host }: Pick<HostBinding, 'peerId' | 'host'>): HostPermissions {
  const streams = [
    frameStream(peerId),
    ...Array.from({ length: PARTITIONS }, (_, partition) => stateStream(peerId, partition)),
  ];
  return {
    publish: [
      frameSubject('*', '*', peerId),
      `beryl.out.*.*.${peerId}.*`,
      beatSubject(peerId, host),
      signSubject(peerId),
      `beryl.state.${peerId}.>`,
      '$JS.API.INFO',
      ...streams.flatMap(stream => [
        `$JS.API.STREAM.*.${stream}`,
        `$JS.API.STREAM.MSG.*.${stream}`,
        `$JS.API.CONSUMER.*.${stream}`,
        `$JS.API.CONSUMER.*.${stream}.>`,
        `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.*`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
        `$JS.ACK.${stream}.>`,
      ]),
    ],
    subscribe: [
      `${inboxOf(host)}.>`,
      `beryl.out.${peerId}.${host}.>`,
      beatSubject(peerId, '*'),
      signSubject(peerId),
    ],
  };
}

/**
 * The part of a NATS server's configuration that lets hosts in: one user each, by the public half of its key.
 *
 * @param bindings What peers have signed for their hosts.
 * @param nowMs    Milliseconds since 1970.
 * @throws {IdentityError} If a binding is not in order now, or a host is bound twice.
 * @example writeFileSync('hosts.conf', natsServerConfig(bindings, Date.now()));
 */
export function natsServerConfig(bindings: readonly Uint8Array[], nowMs: number): string {
  const hosts = bindings.map(bytes => verifyHostBinding(bytes, nowMs));
  const twice = hosts.find(({ host }, i) => hosts.findIndex(other => other.host === host) !== i);
  if (twice !== undefined)
    throw new IdentityError(
      'ERR_IDENTITY_CONFLICT',
      `host \`${twice.host}\` is bound twice: keep one binding`,
    );
  return `# Hosts of Beryl peers. Written by \`beryl bus config\`; include it in the configuration of nats-server.
authorization {
  users = [
${hosts.map(userOf).join('\n')}
  ]
}
`;
}

function userOf(binding: HostBinding): string {
  const { publish, subscribe } = permissionsOf(binding);
  const list = (subjects: readonly string[]): string =>
    subjects.map(subject => `            ${JSON.stringify(subject)}`).join('\n');
  return `    { # host ${binding.host} of peer ${binding.peerId}
      nkey: ${nkeyOf(binding.host)}
      permissions: {
        publish: {
          allow: [
${list(publish)}
          ]
        }
        subscribe: {
          allow: [
${list(subscribe)}
          ]
        }
        # A signer answers the workers of its own peer.
        allow_responses: { max: 1, expires: "10s" }
      }
    }`;
}
