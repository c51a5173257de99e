import { printable } from '../../base/printable.ts';
import type { Policy } from '../../services/index.ts';
import { readPolicyFile } from '../policy-file.ts';
import { CliError } from '../errors.ts';
import type { Foreseen } from './foresee.ts';

/** A policy, and the peers whose calls it rules. */
export interface ForeseenPolicy {
  readonly policy: Policy;
  isOn(peerId: string): boolean;
}

/**
 * Reads the policy of `beryl lint --policy`.
 *
 * @param peer Name of the peer that loads it; every peer if left out.
 * @throws {CliError} Without a network, or if it lacks the peer.
 */
export function foreseenPolicy(
  path: string,
  network: Foreseen | undefined,
  peer: string | undefined,
): ForeseenPolicy {
  if (network === undefined)
    throw new CliError(
      'ERR_CLI_COMMAND',
      '--policy needs --network <file>: its services say what the arguments of calls are called',
    );
  const peerId = peer === undefined ? undefined : network.peerIds.get(peer);
  if (peer !== undefined && peerId === undefined)
    throw new CliError(
      'ERR_CLI_POLICY',
      printable(`the network has no peer \`${peer}\`; peers are ${[...network.peerIds.keys()].join(', ')}`),
    );
  return { policy: readPolicyFile(path, network.peerIds), isOn: id => peerId === undefined || id === peerId };
}
