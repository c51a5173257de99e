import { printable } from '../../../base/printable.ts';
import { writeBytes } from '../../files.ts';
import { recordedText } from '../../report-text.ts';
import type { Command } from '../command.ts';
import { misused } from '../command.ts';
import { filesFor } from '../complete-files.ts';

export const recordCommand: Command = {
  name: 'record',
  group: 'sessions',
  usage: '<file>',
  does: 'write what happened so far in this session, for `beryl replay`, `beryl audit` and `beryl view`',
  words: [1, 1],
  help: 'Everything that the peers of this process did is recorded from the beginning; the file holds all of it. What happens on running peers, they record themselves.',
  examples: ['(call auth ("authSrv" "get_status") [] s)', ':record session.beryl', ':replay session.beryl'],
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.beryl']),
  run({ state, words: [path = ''] }) {
    const { recorder } = state.session;
    if (recorder === undefined) throw misused(recordCommand);
    recorder.checkpoint();
    writeBytes(path, state.recordingText);
    return `recorded ${recordedText(recorder)} so far in ${printable(path)}`;
  },
};
