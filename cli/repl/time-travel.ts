import { describeInstruction, positionOf } from '../../air-grammar/index.ts';
import { counted } from '../../base/counted.ts';
import { printable } from '../../base/printable.ts';
import {
  decodeData,
  inspect,
  type Inspection,
  type SeenVariable,
  type Step,
} from '../../interpreter/index.ts';
import type { PeerNames, ScriptReport } from '../../network/index.ts';
import type { OwnPart } from './scripts.ts';
import { block, functionText, name, tetrapletText, valueText } from '../report-text.ts';
import { dataLines } from '../report.ts';

/** A place in what has happened: before an acting instruction of a run, or at its end. */
interface Place {
  readonly run: number;
  readonly at: number;
}

const TETRAPLETS_SHOWN_MAX = 3;

/** Goes through the runs of a script, instruction by instruction, forwards and backwards. Each place is computed anew. */
export class TimeTravel {
  readonly #report: ScriptReport;
  readonly #named: PeerNames;
  readonly #own: OwnPart;
  #steps: readonly Step[] | undefined;
  /** Begins before everything. */
  #place: Place = { run: 0, at: -1 };

  /** @param own Loads and earlier scripts in front of this part are left out. */
  constructor(report: ScriptReport, named: PeerNames, own: OwnPart) {
    this.#report = report;
    this.#named = named;
    this.#own = own;
  }

  /** Runs that have reached the script itself; all runs if none has. */
  get #runs(): readonly Step[] {
    if (this.#steps === undefined) {
      const { steps } = this.#report;
      const reached = steps.filter(({ input }) => inspect(input, 0, this.#own.from).count > 0);
      this.#steps = reached.length === 0 ? steps : reached;
    }
    return this.#steps;
  }

  /** @param count Instructions to go on. @returns What is there. */
  step(count: number): string {
    for (let i = 0; i < count; i++) {
      const { run, at } = this.#place;
      const size = this.#sizeOf(run);
      if (at < size) this.#place = { run, at: at + 1 };
      else if (run + 1 < this.#runs.length) this.#place = { run: run + 1, at: 0 };
      else return `${this.show()}\nthis is the end`;
    }
    return this.show();
  }

  /** @param count Instructions to go back. */
  back(count: number): string {
    for (let i = 0; i < count; i++) {
      const { run, at } = this.#place;
      if (at > 0) this.#place = { run, at: at - 1 };
      else if (run > 0) this.#place = { run: run - 1, at: this.#sizeOf(run - 1) };
      else {
        this.#place = { run: 0, at: 0 };
        return `${this.show()}\nthis is the beginning`;
      }
    }
    return this.show();
  }

  /** To the first instruction of a run. @param run From 1, at most the number of runs. */
  goTo(run: number): string {
    this.#place = { run: run - 1, at: 0 };
    return this.show();
  }

  get runs(): number {
    return this.#runs.length;
  }

  #sizeOf(run: number): number {
    return inspect((this.#runs[run] as Step).input, 0, this.#own.from).count;
  }

  show(): string {
    const step = this.#runs[this.#place.run];
    if (step === undefined) return 'the script has not run on any peer';
    const seen = inspect(step.input, this.#place.at, this.#own.from);
    return [
      this.#headLine(step, seen),
      ...sectioned(
        'variables',
        seen.variables.filter(each => !this.#named.peerIds.has(each.name)).map(each => this.#variable(each)),
      ),
      ...(seen.next === undefined ? this.#endLines(step) : this.#arrivedLines(step)),
    ].join('\n');
  }

  #headLine({ input, outcome }: Step, { next, count }: Inspection): string {
    const peer = name(this.#named, input.params.currentPeerId);
    const head = `run ${this.#place.run + 1} of ${this.runs} at ${peer}`;
    if (next === undefined)
      return `${head}, at its end: code ${outcome.retCode}${outcome.errorMessage === '' ? '' : `\n${block(outcome.errorMessage, 4)}`}`;
    const { line, column } = positionOf(
      input.air.slice(this.#own.start),
      next.instruction.start - this.#own.start,
    );
    const what = printable(describeInstruction(next.instruction).trimEnd());
    return `${head}, before instruction ${this.#place.at + 1} of ${count} (line ${line}, column ${column}, site ${next.site})\n  ${what}`;
  }

  #variable({ name: variable, json, tetraplets, elementwise }: SeenVariable): string {
    const shown = tetraplets.slice(0, TETRAPLETS_SHOWN_MAX).map(each => tetrapletText(this.#named, each));
    const more = tetraplets.length > shown.length ? ` and ${tetraplets.length - shown.length} more` : '';
    const from = `${elementwise ? 'each from ' : 'from '}${shown.join(', ') || 'nothing'}${more}`;
    return `${printable(variable)} = ${valueText(this.#named.withNames(json))} ${from}`;
  }

  /** What this run began with. */
  #arrivedLines({ input }: Step): string[] {
    const { particleSignature } = input.params;
    const trace = (bytes: Uint8Array): string[] =>
      bytes.length === 0 ? [] : dataLines(this.#named, decodeData(bytes, particleSignature, 'carried'));
    const answers =
      input.callResults.size === 0
        ? []
        : [`    ${counted(input.callResults.size, 'answer')} of this peer’s services`];
    return sectioned(
      'known before',
      [
        ...new Set([
          ...safely(() => trace(input.prevData)),
          ...safely(() => trace(input.currentData)),
          ...answers,
        ]),
      ].map(line => line.trim()),
    );
  }

  /** What this run has left: its trace, and what waits for whom. */
  #endLines({ input, outcome }: Step): string[] {
    const data = decodeData(outcome.data, input.params.particleSignature, 'outcome');
    const peer = name(this.#named, input.params.currentPeerId);
    const pending = [
      ...[...outcome.callRequests.values()].map(
        request => `${functionText(request)} on ${peer}, for its service`,
      ),
      ...outcome.nextPeerIds.map(id => `what ${name(this.#named, id)} does next: the particle goes there`),
    ];
    return [
      ...sectioned(
        'trace',
        dataLines(this.#named, data).map(line => line.trim()),
      ),
      ...sectioned('pending', pending),
    ];
  }
}

/** Data that arrived may be malformed: then it was refused, and holds nothing. */
function safely(act: () => string[]): string[] {
  try {
    return act();
  } catch {
    return [];
  }
}

const sectioned = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`  ${title}`, ...lines.map(line => `    ${line}`)];
