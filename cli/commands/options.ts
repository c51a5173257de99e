import { Option } from 'commander';

/** Collects the values of an option that may be given several times. */
export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** An option whose values are known: help and completions list them. The command checks the value, as it does for other callers. */
export function oneOf(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description);
  option.argChoices = [...values];
  return option;
}
