import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * The tests that may be skipped where everything must run, with the reason. Nothing else may: what is skipped because a program or a file is
 * not there would never run, and nobody would notice.
 */
export const MAY_BE_SKIPPED: readonly {
  readonly file: string;
  readonly test: RegExp;
  readonly why: string;
}[] = [
  {
    file: 'test/unit/interpreter/keys/ed25519.test.ts',
    test: /needs the check of the key: without it, it accepts what that refuses/,
    why: 'it is about the portable implementation; native ones may check keys themselves',
  },
  {
    file: 'test/e2e/completion.test.ts',
    test: /^(zsh|fish) completes > /,
    why: 'the shell may not be installable here; bash always is',
  },
  {
    file: 'test/compliance/transport/transport.test.ts',
    test: /too large: reported as such, and the next one arrives/,
    why: 'a memory network carries frames of any size',
  },
  {
    file: 'test/compliance/transport/transport.test.ts',
    test: /garbage: is dropped, and honest particles go on/,
    why: 'a memory network carries no bytes',
  },
  {
    file: 'test/compliance/transport/transport.test.ts',
    test: /loss and duplication: what is lost is reported as transient/,
    why: 'reliable streams lose and double nothing',
  },
  {
    file: 'test/e2e/agentdojo.test.ts',
    test: /the policies stop every injected write|plans that pass the check run/,
    why: 'the data of AgentDojo is not part of the repository',
  },
];

/** Fails the run if a test was skipped. `.ci/run` sets `BERYL_REQUIRE_ALL`. */
class NoSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap(module =>
      skippedIn(module.children.allTests('skipped'), module.relativeModuleId),
    );
    if (skipped.length === 0) return;
    process.stderr.write(`\nskipped, but everything must run (BERYL_REQUIRE_ALL):\n${skipped.join('\n')}\n`);
    process.exitCode = 1;
  }
}

function skippedIn(tests: Iterable<TestCase>, file: string): string[] {
  return [...tests]
    .filter(({ fullName }) => !MAY_BE_SKIPPED.some(one => one.file === file && one.test.test(fullName)))
    .map(({ fullName }) => `  ${file} > ${fullName}`);
}

/** Reporters of a run. */
export const reporters = (): (Reporter | 'default')[] =>
  process.env['BERYL_REQUIRE_ALL'] === undefined ? ['default'] : ['default', new NoSkips()];
