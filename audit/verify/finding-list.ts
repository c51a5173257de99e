import { gravest, type Content, type Finding, type Gap } from './finding.ts';

/** How many are listed; a hostile file has as many as it has entries. All count for the verdict. */
const LISTED_MAX = 1000;

/** Collects findings and gaps. */
export class FindingList {
  readonly listed: Finding[] = [];
  readonly gaps: Gap[] = [];
  more = 0;
  moreGaps = 0;
  /** Somebody took part whose runs are in no recording. */
  isMissingPeers = false;
  content: Content = 'equal';
  readonly #byRecording = new Map<number, Content>();

  add(finding: Finding): void {
    const { content, recording } = finding;
    this.content = gravest([this.content, content]);
    this.#byRecording.set(recording, gravest([this.contentOf(recording), content]));
    if (this.listed.length < LISTED_MAX) this.listed.push(finding);
    else this.more += 1;
  }

  addGap(gap: Gap): void {
    this.isMissingPeers ||= gap.name === 'missing-peer';
    if (this.gaps.length < LISTED_MAX) this.gaps.push(gap);
    else this.moreGaps += 1;
  }

  contentOf(recording: number): Content {
    return this.#byRecording.get(recording) ?? 'equal';
  }
}
