import { AirError, parseUnchecked, undefinedVariables, validate } from '../air-grammar/index.ts';
import { ClientError } from './errors.ts';

/**
 * Defines the names that a script uses without defining them, as compilers of AIR do: a call to `getDataSrv` loads each.
 *
 * @throws {AirError} For a script that is not valid. @throws {ClientError} `ERR_CLIENT_VARIABLE`.
 */
export function bindNames(script: string, known: ReadonlySet<string>): string {
  const tree = parseUnchecked(script);
  const names = [...new Set(undefinedVariables(tree).map(({ name }) => name))];
  const missing = names.filter(name => !known.has(name));
  if (missing.length > 0) {
    const list = missing.map(name => `\`${name}\``).join(', ');
    const text = `neither the script nor \`variables\` define ${list}`;
    throw new ClientError('ERR_CLIENT_VARIABLE', text, { stage: 'script', missing });
  }
  // The loads define what rule V1 misses.
  const findings = validate(tree).filter(({ rule }) => rule !== 'V1');
  if (findings.length > 0) throw new AirError(script, findings);
  return names.reduceRight(
    (rest, name) => `(seq (call %init_peer_id% ("getDataSrv" "${name}") [] ${name})\n${rest})`,
    // The script may end with a comment.
    `${script.trim()}\n`,
  );
}
