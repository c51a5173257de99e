import type { Instruction } from '../../air-grammar/index.ts';
import { assertNever } from '../../base/assert.ts';
import type { ScriptError } from '../errors.ts';
import { beginAp, beginApMap } from './instructions/ap.ts';
import { beginCall } from './instructions/call.ts';
import { beginCanon } from './instructions/canon.ts';
import { beginFail } from './instructions/fail.ts';
import { beginFold } from './instructions/fold.ts';
import { beginMatch } from './instructions/match.ts';
import { beginNew } from './instructions/new.ts';
import { beginNext } from './instructions/next.ts';
import { beginPar } from './instructions/par.ts';
import { beginSeq } from './instructions/seq.ts';
import { beginXor } from './instructions/xor.ts';
import type { Run } from './run.ts';

/** Begins an instruction: it ends at once, or pushes a frame and enters a nested instruction. */
export function begin(run: Run, instruction: Instruction): ScriptError | undefined {
  switch (instruction.kind) {
    case 'call':
      return beginCall(run, instruction);
    case 'canon':
    case 'canonMap':
    case 'canonMapScalar':
      return beginCanon(run, instruction);
    case 'ap':
      return beginAp(run, instruction);
    case 'apMap':
      return beginApMap(run, instruction);
    case 'seq':
      return beginSeq(run, instruction);
    case 'par':
      return beginPar(run, instruction);
    case 'xor':
      return beginXor(run, instruction);
    case 'match':
    case 'mismatch':
      return beginMatch(run, instruction);
    case 'fold':
      return beginFold(run, instruction);
    case 'next':
      return beginNext(run, instruction);
    case 'new':
      return beginNew(run, instruction);
    case 'fail':
      return beginFail(run, instruction);
    case 'never':
      return run.wait();
    case 'null':
      return undefined;
    default:
      return assertNever(instruction, 'instruction');
  }
}
