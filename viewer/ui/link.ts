/** What the page shows, as far as a link can say it. */
export interface View {
  readonly tab: Tab;
  /** `<recording>.<call>`. */
  readonly call?: string;
  /** `<recording>.<entry of the particle>`. */
  readonly particle?: string;
  readonly query: string;
  /** Particles that are compared. */
  readonly left?: string;
  readonly right?: string;
}

export const TABS = ['verdict', 'calls', 'lanes', 'compare', 'playground'] as const;
export type Tab = (typeof TABS)[number];

const ID = /^\d{1,6}\.\d{1,10}$/;

/** Reads the part of an address after `#`. A stranger may have written it: what is not an id is left out. */
export function parseLink(hash: string): View {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const id = (name: string): string | undefined => {
    const value = fields.get(name) ?? '';
    return ID.test(value) ? value : undefined;
  };
  const tab = TABS.find(known => known === fields.get('tab')) ?? 'verdict';
  const view: { -readonly [K in keyof View]: View[K] } = {
    tab,
    query: (fields.get('q') ?? '').slice(0, 1000),
  };
  for (const name of ['call', 'particle', 'left', 'right'] as const) {
    const value = id(name);
    if (value !== undefined) view[name] = value;
  }
  return view;
}

export function formatLink({ tab, query, ...ids }: View): string {
  const fields = new URLSearchParams({ tab });
  if (query !== '') fields.set('q', query);
  for (const [name, value] of Object.entries(ids)) if (typeof value === 'string') fields.set(name, value);
  return `#${fields}`;
}
