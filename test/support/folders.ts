/** Folders whose `index.ts` the package exports, as `beryl/<folder>`. */
export const PUBLIC_FOLDERS = [
  'air-grammar',
  'interpreter',
  'services',
  'channels',
  'peer',
  'audit',
  'testing',
  'aqua',
  'agents',
  'client',
  'sandbox',
] as const;

/** All folders of sources. */
export const SOURCE_FOLDERS = ['base', ...PUBLIC_FOLDERS, 'network', 'viewer', 'cli'] as const;
