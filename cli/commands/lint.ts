import { AirError } from '../../air-grammar/index.ts';
import { counted } from '../../base/counted.ts';
import { printable } from '../../base/printable.ts';
import { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { namesOfNetwork } from '../scripts/check.ts';
import type { Finding } from '../scripts/finding.ts';
import { foresee, foreseenFindings } from '../scripts/foresee.ts';
import { foreseenPolicy } from '../scripts/foresee-policy.ts';
import type { ScriptFile } from '../scripts/script-files.ts';
import { lintsOf, unitsOf, withAquaCall } from '../scripts/units.ts';

export interface LintOptions {
  readonly network?: string;
  readonly policy?: string;
  /** Name of the peer that loads the policy. */
  readonly peer?: string;
  readonly denyWarnings?: boolean;
  readonly json?: boolean;
}

interface Result {
  readonly file: ScriptFile;
  readonly functionName: string | undefined;
  readonly findings: readonly Finding[];
}

/**
 * `beryl lint <script…>`: what is valid and probably not meant. With a network file, also what its services will refuse, or may; with a
 * policy, which scripts it would break.
 */
export async function lintCommand(
  paths: readonly string[],
  options: LintOptions,
  output: Output,
): Promise<ExitCode> {
  const known = namesOfNetwork(options.network);
  const network = options.network === undefined ? undefined : await foresee(options.network);
  const policy =
    options.policy === undefined ? undefined : foreseenPolicy(options.policy, network, options.peer);
  const results: Result[] = [];
  let invalidCount = 0;
  for await (const unit of unitsOf(paths, known, output)) {
    if ('failure' in unit) {
      output.say(unit.failure.message.trimEnd());
      invalidCount += 1;
      continue;
    }
    const foreseen = network === undefined ? [] : foreseenFindings(unit.script, network, policy);
    const findings = [...lintsOf(unit), ...foreseen].map(finding => withAquaCall(finding, unit));
    for (const finding of findings) output.say(findingText(unit.file, finding));
    results.push({ file: unit.file, functionName: unit.aqua?.functionName, findings });
  }
  const broken = results.filter(({ findings }) => findings.some(({ code }) => code === 'will-break-policy'));
  const count = results.reduce((sum, { findings }) => sum + findings.length, 0);
  if (options.json === true)
    output.json({
      files: results.map(resultJson),
      ...(policy === undefined
        ? {}
        : { policy: policy.policy.hash, broken: broken.map(({ file }) => file.name) }),
    });
  output.say(summary(count, results.length, invalidCount));
  if (policy !== undefined)
    output.say(
      `the policy breaks ${broken.length} of ${counted(results.length, 'script')}${broken.length === 0 ? '' : `: ${broken.map(({ file }) => printable(file.name)).join('; ')}`}`,
    );
  if (invalidCount > 0) return ExitCode.usage;
  const willBeDenied = results.some(({ findings }) => findings.some(({ code }) => code.startsWith('will-')));
  if (willBeDenied) return ExitCode.denied;
  return options.denyWarnings === true && count > 0 ? ExitCode.scriptError : ExitCode.ok;
}

/** Scripts that are not valid have no warnings: errors stand above. */
function summary(warnings: number, scripts: number, invalid: number): string {
  const found = `${counted(warnings, 'warning')} in ${counted(scripts, 'script')}`;
  return invalid === 0 ? found : `${found}; ${counted(invalid, 'script')} not valid`;
}

/** As the parser shows its findings. */
function findingText(file: ScriptFile, { code, message, help, span }: Finding): string {
  const report = new AirError(file.text, [{ code: 'ERR_AIR_VALIDATION', message, span }], file.name).message;
  const advice = help.split('\n').map(printable).join('\n        ');
  return `${report.replace(/^error: /u, `warning[${code}]: `).trimEnd()}\n  help: ${advice}`;
}

const resultJson = ({ file, functionName, findings }: Result): object => {
  const { diagnostics } =
    findings.length === 0
      ? { diagnostics: [] }
      : new AirError(
          file.text,
          findings.map(({ message, span }) => ({ code: 'ERR_AIR_VALIDATION', message, span })),
        );
  return {
    file: file.path,
    ...(functionName === undefined ? {} : { function: functionName }),
    findings: findings.map(({ code, message, help, span }, i) => ({
      code,
      message,
      help,
      line: diagnostics[i]?.line,
      column: diagnostics[i]?.column,
      start: span.start,
      end: span.end,
    })),
  };
};
