type Labels = Readonly<Record<string, string>>;

/** Upper bounds of a histogram's buckets, seconds. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5] as const;
/** Series of one name: labels are codes of ours, so there are few; a mistake must not fill memory. */
const SERIES_MAX = 500;

interface Series {
  readonly labels: string;
  value: number;
}

/** Counts, gauges and histograms as Prometheus reads them. */
export class Metrics {
  readonly #counters = new Map<string, Map<string, Series>>();
  readonly #gauges = new Map<string, () => number>();
  readonly #histograms = new Map<string, { counts: number[]; sum: number; count: number }>();
  readonly #help = new Map<string, string>();

  /** Names a metric. */
  describe(name: string, help: string): this {
    this.#help.set(name, help);
    return this;
  }

  /** Adds to a counter. */
  count(name: string, labels: Labels = {}, by = 1): void {
    const series = this.#counters.get(name) ?? new Map<string, Series>();
    this.#counters.set(name, series);
    const key = labelText(labels);
    const known = series.get(key);
    if (known !== undefined) known.value += by;
    else if (series.size < SERIES_MAX) series.set(key, { labels: key, value: by });
  }

  /** Reads a value whenever metrics are read. */
  gauge(name: string, read: () => number): void {
    this.#gauges.set(name, read);
  }

  observe(name: string, seconds: number): void {
    const histogram = this.#histograms.get(name) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.#histograms.set(name, histogram);
    histogram.sum += seconds;
    histogram.count += 1;
    BUCKETS.forEach((bound, i) => {
      if (seconds <= bound) histogram.counts[i] = (histogram.counts[i] as number) + 1;
    });
  }

  /** Text in the exposition format 0.0.4. */
  text(): string {
    const lines: string[] = [];
    const head = (name: string, type: string): void => {
      const help = this.#help.get(name);
      if (help !== undefined) lines.push(`# HELP ${name} ${help}`);
      lines.push(`# TYPE ${name} ${type}`);
    };
    for (const [name, series] of this.#counters) {
      head(name, 'counter');
      for (const { labels, value } of series.values()) lines.push(`${name}${labels} ${value}`);
    }
    for (const [name, read] of this.#gauges) {
      head(name, 'gauge');
      lines.push(`${name} ${read()}`);
    }
    for (const [name, { counts, sum, count }] of this.#histograms) {
      head(name, 'histogram');
      BUCKETS.forEach((bound, i) => lines.push(`${name}_bucket{le="${bound}"} ${counts[i]}`));
      lines.push(`${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}
