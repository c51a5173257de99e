import type { NotChecked } from './report.ts';

const TEXTS: Readonly<Record<NotChecked['name'], string>> = {
  guards: 'denials by guards: guards are code, and were not run again',
  rules: 'decisions of peers whose access rules are not recorded',
  handlers: 'answers of services: handlers are code, and were not run again',
  patches: 'changes of services’ state: they are the recorder’s word',
  refusals: 'refusals of what arrived: they are the recorder’s word',
  sends: 'how often a particle was sent, and whether it failed: that is the recorder’s word',
  expired: 'ends of life: they are the recorder’s word',
  limits: 'descriptions of peers without a limit that this build has, or with one that it has not',
  requests: 'calls that were asked for before the recording began',
  withheld: 'texts, values and data that are withheld: only their hashes are known',
  runs: 'runs that could not be run again',
  times: 'times in entries: they are the recorder’s word',
  'init-peers':
    'particles whose init peer you did not name, counted in each recording: their signature fits the key in the init peer’s id',
};

/** Counts what could not be checked. */
export class NotCheckedList {
  readonly #counts = new Map<NotChecked['name'], number>();

  add(name: NotChecked['name'], count = 1): void {
    if (count > 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  all(): NotChecked[] {
    return [...this.#counts].map(([name, count]) => ({ name, count, message: TEXTS[name] }));
  }
}
