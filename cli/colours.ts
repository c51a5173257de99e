import { styleText } from 'node:util';

type Colour = 'red' | 'yellow' | 'green' | 'cyan';

/** Lines that carry an outcome or a finding, by their beginning. */
const COLOURS: readonly (readonly [RegExp, Colour])[] = [
  [/^(?:error\b|ERR_|unexpected error|outcome: (?!ok$)|✗ |not valid)/u, 'red'],
  [/^\s*(?:denied\b|refused\b)/u, 'red'],
  [/^warning\b/u, 'yellow'],
  [/^(?:outcome: ok$|valid\b|✓ )/u, 'green'],
  [/^\s*(?:help:|hint )/u, 'cyan'],
];

/** Whether a stream is a terminal that shows colours, and the user wants them: `NO_COLOR` and `TERM=dumb` say no. */
export const hasColours = (stream: NodeJS.WriteStream): boolean => stream.isTTY && stream.hasColors();

/** A text with its outcomes and findings in colour. It must be printable already: colours are control characters. */
export const coloured = (text: string): string =>
  text
    .split('\n')
    .map(line => {
      const [, colour] = COLOURS.find(([pattern]) => pattern.test(line)) ?? [];
      return colour === undefined ? line : styleText(colour, line, { validateStream: false });
    })
    .join('\n');
