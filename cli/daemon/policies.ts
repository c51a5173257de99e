import { resolve } from 'node:path';
import { parsePolicyFile } from '../../network/index.ts';
import { createPolicySet, type PolicySet } from '../../services/index.ts';
import type { Config } from './config.ts';
import { takeFile } from './follow-file.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** The policy of a peer, which follows its file. */
export interface FollowedPolicy {
  readonly policies: PolicySet;
  /** From now on the file is read again when it changes. @param changed Called after another policy has come into force. @returns Ends it. */
  follow(changed: () => void): () => void;
}

/**
 * Loads the policy of a configuration. A file that is malformed is refused as a whole: at the start the peer does not start, later
 * the policy before stays in force.
 *
 * @param names Peer ids by the names that the file may use.
 * @returns `undefined` if the configuration has none.
 * @throws {CliError | NetworkError} `ERR_CLI_FILE`, `ERR_CLI_POLICY`.
 */
export function loadPolicy(
  { policy: path }: Config,
  names: ReadonlyMap<string, string>,
  log: Log,
  metrics: Metrics,
): FollowedPolicy | undefined {
  if (path === undefined) return undefined;
  metrics.describe('beryl_policy_reloads_total', 'Changes of the policy file, by result: taken or refused.');
  let known: PolicySet | undefined;
  let changed = (): void => undefined;
  const file = takeFile(resolve(path), 'policy', text => {
    const policy = parsePolicyFile(text, path, names).file;
    if (known === undefined) {
      known = createPolicySet(policy);
      return;
    }
    const before = known.policy.hash;
    const hash = known.replace(policy);
    metrics.count('beryl_policy_reloads_total', { result: 'taken' });
    log.write('warn', 'policy in force', { policy: hash, before });
    changed();
  });
  const policies = known as unknown as PolicySet;
  log.write('info', 'policy in force', { policy: policies.policy.hash });
  const refused = (failure: unknown): void => {
    metrics.count('beryl_policy_reloads_total', { result: 'refused' });
    const reason = failure instanceof Error ? failure.message : String(failure);
    log.write('error', 'the policy file is not in force, the policy before is', {
      reason,
      policy: policies.policy.hash,
    });
  };
  return {
    policies,
    follow(then) {
      changed = then;
      return file.follow(refused);
    },
  };
}
