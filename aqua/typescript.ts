import type { AquaFunction, CompiledAqua } from './compile.ts';
import type { AquaType } from './types.ts';

/**
 * TypeScript of a compiled program: one typed function for each exported one, which takes a peer and calls the script.
 *
 * @param from Where the program comes from, for the first line.
 * @spec docs/aqua.md#check-and-compile
 */
export function typescriptOf(compiled: CompiledAqua, from: string): string {
  const functions = Object.values(compiled.functions);
  return [
    `// Made by \`beryl compile --ts\` from ${JSON.stringify(from)}. Compile again instead of changing it.`,
    `import { call, type CallOptions, type CompiledAqua } from 'beryl/aqua';`,
    `import type { Peer } from 'beryl/peer';`,
    '',
    `const compiled = ${JSON.stringify({ ...compiled, warnings: [] }, undefined, 2)} as CompiledAqua;`,
    '',
    ...functions.flatMap(functionText),
  ].join('\n');
}

function functionText({ name, arguments: args, results }: AquaFunction): string[] {
  const parameters = args.map(argument => `${argument.name}: ${inputText(argument.type)}`);
  const names = args.map(argument => argument.name);
  return [
    `export const ${name} = (peer: Peer, ${[...parameters, 'options: CallOptions = {}'].join(', ')}): Promise<${resultText(results)}> =>`,
    `  call(peer, compiled, ${JSON.stringify(name)}, [${names.join(', ')}], options) as Promise<${resultText(results)}>;`,
    '',
  ];
}

const resultText = (results: readonly AquaType[]): string => {
  const [only] = results;
  if (only === undefined) return 'null';
  return results.length === 1 ? outputText(only) : `[${results.map(outputText).join(', ')}]`;
};

const inputText = (type: AquaType): string => textOf(type, inputText, of => `${of} | null | undefined`);
const outputText = (type: AquaType): string => textOf(type, outputText, of => `${of} | null`);

function textOf(type: AquaType, inner: (type: AquaType) => string, option: (of: string) => string): string {
  switch (type.kind) {
    case 'scalar':
      return type.name === 'string' ? 'string' : type.name === 'bool' ? 'boolean' : 'number';
    case 'array':
    case 'stream':
      return `(${inner(type.of)})[]`;
    case 'option':
      return option(inner(type.of));
    case 'struct':
      return `{ ${Object.entries(type.fields)
        .map(([name, field]) => `${JSON.stringify(name)}: ${inner(field)}`)
        .join('; ')} }`;
    case 'arrow': {
      const args = type.arguments.map(({ type: of }, i) => `arg${i}: ${outputText(of)}`).join(', ');
      const [result] = type.results;
      return `((${args}) => ${result === undefined ? 'unknown' : `${inputText(result)} | Promise<${inputText(result)}>`})`;
    }
    case 'nothing':
      return 'null';
    case 'anything':
      return 'unknown';
  }
}
