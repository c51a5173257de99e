import { describe, expect, it } from 'vitest';
import { coloured } from '../../../cli/colours.ts';

describe('coloured', () => {
  it.each([
    ['outcome: ok', 32],
    ['outcome: denied at blog', 31],
    ['error[V1]: no', 31],
    ['ERR_CLI_FILE: cannot read', 31],
    ['    denied `blogSrv.add_post`', 31],
    ['warning[no-return]: it', 33],
    ['  help: write', 36],
    ['✓  01-honest-post', 32],
  ])('%s', (line, colour) => {
    expect(coloured(`before\n${line}\nafter`)).toBe(`before\n\u001b[${colour}m${line}\u001b[39m\nafter`);
  });

  it.each(['response: "outcome: ok"', 'host: `greeter.greet` ["error"]', ''])('leaves %j alone', line => {
    expect(coloured(line)).toBe(line);
  });
});
