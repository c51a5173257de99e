import { describe, expect, it } from 'vitest';
import { FILE_BYTES_MAX } from '../../../../cli/files.ts';
import { linesOf } from '../../../../cli/repl/lines.ts';

async function* chunksOf(...chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

async function linesIn(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(chunksOf(...chunks))) lines.push(line);
  return lines;
}

describe('linesOf', () => {
  it.each<[string, (string | Buffer)[], string[]]>([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['a last line without end', ['a\nb'], ['a', 'b']],
    ['lines over chunks', ['a', 'b\nc', 'd\n'], ['ab', 'cd']],
    ['lines of Windows', ['a\r\nb\r\n'], ['a', 'b']],
    ['empty lines', ['\n\n'], ['', '']],
    ['nothing', [], []],
    ['a character over chunks', [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], ['ä']],
    ['no UTF-8', [Buffer.from([0x61, 0xff, 0x0a])], ['a\ufffd']],
  ])('%s', async (_, chunks, lines) => expect(await linesIn(...chunks)).toEqual(lines));

  it('refuses a line without end', async () => {
    const chunk = 'x'.repeat(FILE_BYTES_MAX.script / 2);
    await expect(linesIn(chunk, chunk, chunk)).rejects.toMatchObject({ code: 'ERR_CLI_COMMAND' });
  });
});
