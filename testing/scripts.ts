import type { ServiceDefinition } from '../services/index.ts';

/** What is needed of fast-check, which stays the caller's own: `import * as fc from 'fast-check'`. */
export interface Arbitraries<Arbitrary> {
  constantFrom(...values: readonly string[]): Arbitrary;
  array(of: Arbitrary, bounds: { readonly minLength: number; readonly maxLength: number }): Arbitrary;
  /** Both as the library has them. */
  tuple(...parts: readonly Arbitrary[]): MappedArbitrary<Arbitrary>;
}
interface MappedArbitrary<Arbitrary> {
  map(make: (parts: never) => string): Arbitrary;
}

/** Services that scripts may call, by the name or id of their peer. */
export type ScriptServices = Readonly<Record<string, readonly ServiceDefinition[]>>;

/** Literal arguments of generated calls; the others are canons of earlier results, and their lengths. */
const LITERALS = ['"a"', '""', '0', '-1', 'true', 'false', '[]', '%init_peer_id%', '%timestamp%'];

/**
 * An arbitrary of valid scripts that call functions of the given services, one after the other, with literals and with results of earlier
 * calls. Each call stands in an `xor`, so that the next one runs whatever the one before said.
 *
 * @param fc       fast-check.
 * @param services The services of each peer; a peer is an id, or a name that the test network knows.
 * @param options.callsMax Calls of a script; 6 if left out.
 * @example
 * fc.assert(fc.asyncProperty(callScripts(fc, { bob: [bank] }), script => alice.run(script).done));
 */
export function callScripts<Arbitrary>(
  fc: Arbitraries<Arbitrary>,
  services: ScriptServices,
  { callsMax = 6 }: { readonly callsMax?: number } = {},
): Arbitrary {
  const functions = Object.entries(services).flatMap(([peer, definitions]) =>
    definitions.flatMap(({ id, functions: all }) =>
      [...all.values()].map(fn =>
        JSON.stringify([peer, id, fn.name, fn.arguments.length + (fn.rest ? 1 : 0)]),
      ),
    ),
  );
  if (functions.length === 0) throw new TypeError('callScripts: the services have no functions');
  // Choices of arguments: more than a call needs, so that each has its own.
  const choices = fc.array(fc.constantFrom(...Array.from({ length: 97 }, (_, i) => String(i))), {
    minLength: ARGUMENTS_MAX,
    maxLength: ARGUMENTS_MAX,
  });
  const call = fc.tuple(fc.constantFrom(...functions), choices).map(parts => JSON.stringify(parts));
  return fc
    .tuple(fc.array(call, { minLength: 1, maxLength: callsMax }))
    .map(([calls]: readonly [readonly string[]]) => scriptOf(calls));
}

const ARGUMENTS_MAX = 8;

function scriptOf(calls: readonly string[]): string {
  const steps = calls.map((text, index) => {
    const [fn, choices] = JSON.parse(text) as [string, string[]];
    const [peer, service, name, count] = JSON.parse(fn) as [string, string, string, number];
    const args = choices.slice(0, count).map(choice => argument(Number(choice), index));
    const call = `(call ${JSON.stringify(peer)} (${JSON.stringify(service)} ${JSON.stringify(name)}) [${args.join(' ')}] $r${index})`;
    // A canon makes the result, if there is one, readable whether the call succeeded or not.
    return `(seq (xor ${call} (null)) (canon %init_peer_id% $r${index} #c${index}))`;
  });
  return steps.reduceRight((rest, step) => `(seq ${step} ${rest})`);
}

function argument(choice: number, index: number): string {
  if (index === 0 || choice % 2 === 0) return LITERALS[choice % LITERALS.length] ?? '0';
  return `#c${choice % index}${choice % 3 === 0 ? '.length' : ''}`;
}
