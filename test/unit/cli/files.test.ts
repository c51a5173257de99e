import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../../cli/errors.ts';
import { FILE_BYTES_MAX, readBytes, readText, writeBytes, type FileKind } from '../../../cli/files.ts';
import { createRecordingFile } from '../../../cli/recording-files.ts';
import { folderOf } from '../../support/cli.ts';

const folder = folderOf({ plain: 'text', bom: '\ufefftext', twice: '\ufeff\ufefftext' });
const at = (name: string): string => join(folder, name);
const pipe = at('pipe');
execFileSync('mkfifo', [pipe]);
writeFileSync(at('latin1'), Buffer.from([0x61, 0xe4]));
writeFileSync(at('utf16'), Buffer.from('\ufefftext', 'utf16le'));

const failureOf = (act: () => unknown): CliError => {
  try {
    act();
  } catch (failure) {
    if (failure instanceof CliError) return failure;
    throw failure;
  }
  throw new Error('nothing was thrown');
};

describe('readText', () => {
  it.each([
    ['plain', 'text'],
    ['bom', 'text'],
    ['twice', '\ufefftext'],
  ])('%s', (name, text) => expect(readText(at(name), 'script')).toBe(text));

  it.each([
    [at('latin1'), 'is not UTF-8 text'],
    [at('utf16'), 'is not UTF-8 text'],
    [at('none'), 'no such file or folder'],
    [`${at('none')}\u0000`, 'cannot read'],
    [`${at('none')}\u001b[2J`, '\\u{1b}[2J'],
    [folder, 'is a folder, not a file'],
    [pipe, 'is a pipe, not a file'],
    ['/dev/zero', 'is a device, not a file'],
    ['/dev/null', 'is a device, not a file'],
    ['', 'no such file or folder'],
  ])('refuses %j', (path, text) => {
    const failure = failureOf(() => readText(path, 'script'));
    expect(failure.code).toBe('ERR_CLI_FILE');
    expect(failure.message).toContain(text);
  });

  it.each(Object.keys(FILE_BYTES_MAX) as FileKind[])('refuses a %s that is too large, unread', kind => {
    writeFileSync(at('large'), '');
    truncateSync(at('large'), FILE_BYTES_MAX[kind] + 1);
    expect(failureOf(() => readBytes(at('large'), kind)).message).toContain(
      `is larger than ${FILE_BYTES_MAX[kind]} bytes`,
    );
  });

  it('takes a file of just the size', () => {
    truncateSync(at('large'), FILE_BYTES_MAX.example);
    expect(readBytes(at('large'), 'example').length).toBe(FILE_BYTES_MAX.example);
  });
});

describe('writeBytes', () => {
  it('writes files, and to devices', () => {
    writeBytes(at('new'), 'text');
    expect(readFileSync(at('new'), 'utf8')).toBe('text');
    writeBytes('/dev/null', 'text');
  });

  it.each([
    [pipe, 'is a pipe'],
    [folder, 'is a folder'],
    ['/nowhere/x', 'no such file or folder'],
    ['/dev/full', 'no space is left on the disk'],
  ])('refuses %j', (path, text) => {
    const failure = failureOf(() => writeBytes(path, 'text'));
    expect(failure.code).toBe('ERR_CLI_FILE');
    expect(failure.message).toContain(text);
  });
});

describe('a recording file on a full disk', () => {
  it('lets what is recorded go on; its end tells what happened', async () => {
    const sink = createRecordingFile('/dev/full');
    for (let i = 0; i < 3; i++) {
      sink.write('line\n');
      await Promise.resolve();
      sink.checkpointed?.();
    }
    expect(failureOf(() => sink.close())).toMatchObject({
      code: 'ERR_CLI_FILE',
      message: 'cannot write `/dev/full`: no space is left on the disk',
    });
  });

  it('honest twin: a disk with room', () => {
    const sink = createRecordingFile(at('room'));
    sink.write('line\n');
    sink.close();
    expect(readFileSync(at('room'), 'utf8')).toBe('line\n');
  });
});

// A slip of the keyboard must not destroy what was recorded.
describe('what a command reads', () => {
  const input = at('input');
  writeFileSync(input, 'recorded');
  symlinkSync(input, at('symbolic'));
  linkSync(input, at('hard'));

  it.each(['input', 'symbolic', 'hard', './input'])('is not written over as %s', name => {
    for (const write of [
      () => writeBytes(at(name), 'x', ['-', at('none'), input]),
      () => createRecordingFile(at(name), [input]),
    ]) {
      const { code, message } = failureOf(write);
      expect(code).toBe('ERR_CLI_FILE');
      expect(message).toContain('is read by this command: write another file');
    }
    expect(readFileSync(input, 'utf8')).toBe('recorded');
  });
});
