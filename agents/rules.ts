import type { CallEvent, PolicySet } from '../services/index.ts';
import { conditionText } from './check/condition-text.ts';

/** What the policy of an agent wants of arguments, in words. */
export class Rules {
  readonly #policies: PolicySet | undefined;

  constructor(policies: PolicySet | undefined) {
    this.#policies = policies;
  }

  /** By the name of the argument. */
  of(service: string, functionName: string): Record<string, string> {
    const texts = new Map<string, string>();
    for (const rule of this.#policies?.policy.rulesFor(service, functionName) ?? [])
      for (const [name, condition] of Object.entries(rule.arguments ?? {})) {
        const before = texts.get(name);
        texts.set(
          name,
          before === undefined ? conditionText(condition) : `${before}, and ${conditionText(condition)}`,
        );
      }
    return Object.fromEntries(texts);
  }

  /** What to change in a call that was denied; empty for any other. */
  adviceFor({ request: { serviceId, functionName }, decision }: CallEvent): string {
    const denials = decision.kind === 'denied' ? [...(decision.denial.policy ?? []), decision.denial] : [];
    const rules = this.of(serviceId, functionName);
    const names = new Set(denials.flatMap(denial => denial.arguments.map(({ name }) => name)));
    return [...names]
      .flatMap(name => (rules[name] === undefined ? [] : `\`${name}\` must be ${rules[name]}`))
      .join('; ');
  }
}
