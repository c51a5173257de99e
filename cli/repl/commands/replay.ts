import { memorySource, replay } from '../../../audit/index.ts';
import { utf8 } from '../../../base/bytes.ts';
import { replayCommand as replayFile, sayVerdict } from '../../commands/replay.ts';
import type { Command } from '../command.ts';
import { filesFor } from '../complete-files.ts';
import { collected } from '../collected.ts';

export const replayCommand: Command = {
  name: 'replay',
  group: 'sessions',
  usage: '[file]',
  does: 'run a recording again and compare the bytes; this session if you name no file',
  words: [0, 1],
  help: 'As `beryl replay`: every run again, with the recorded inputs. It says whether the outcomes are equal to the byte, or names the first difference.',
  examples: ['(call auth ("authSrv" "get_status") [] s)', ':replay'],
  complete: (_, words) => filesFor(words.at(-1) ?? '', ['.beryl']),
  run({ state, words: [path] }) {
    return collected(output => {
      if (path !== undefined) return replayFile(path, {}, output);
      state.session.recorder?.checkpoint();
      return sayVerdict(replay(memorySource(utf8(state.recordingText))), output);
    });
  },
};
