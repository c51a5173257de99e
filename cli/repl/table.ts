import type { Command } from './command.ts';
import { aquaCommand } from './commands/aqua.ts';
import { asCommand } from './commands/as.ts';
import { backCommand } from './commands/back.ts';
import { callsCommand } from './commands/calls.ts';
import { connectCommand } from './commands/connect.ts';
import { explainCommand } from './commands/explain.ts';
import { fmtCommand } from './commands/fmt.ts';
import { helpCommand } from './commands/help.ts';
import { loadCommand } from './commands/load.ts';
import { openCommand } from './commands/open.ts';
import { originsCommand } from './commands/origins.ts';
import { peersCommand } from './commands/peers.ts';
import { quitCommand } from './commands/quit.ts';
import { recordCommand } from './commands/record.ts';
import { refusedCommand } from './commands/refused.ts';
import { replayCommand } from './commands/replay.ts';
import { runCommand } from './commands/run.ts';
import { saveCommand } from './commands/save.ts';
import { serviceCommand } from './commands/service.ts';
import { servicesCommand } from './commands/services.ts';
import { setCommand } from './commands/set.ts';
import { stepCommand } from './commands/step.ts';
import { tamperCommand } from './commands/tamper.ts';
import { traceCommand } from './commands/trace.ts';
import { valueCommand } from './commands/value.ts';
import { whyCommand } from './commands/why.ts';

/** Everything that begins with a colon: a row here, a file in `commands/`. Help, completion and docs/repl.md are made from it. */
export const COMMANDS: readonly Command[] = [
  runCommand,
  aquaCommand,
  explainCommand,
  fmtCommand,
  valueCommand,
  setCommand,
  whyCommand,
  originsCommand,
  peersCommand,
  asCommand,
  connectCommand,
  servicesCommand,
  serviceCommand,
  loadCommand,
  callsCommand,
  traceCommand,
  stepCommand,
  backCommand,
  tamperCommand,
  refusedCommand,
  recordCommand,
  replayCommand,
  saveCommand,
  openCommand,
  helpCommand,
  quitCommand,
];
