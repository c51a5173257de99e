/** Headings of `beryl --help`: commands by job. */
export const Group = {
  start: 'Start:',
  run: 'Run:',
  scripts: 'Scripts and policies:',
  audit: 'Audit and prove:',
  peers: 'Peers and keys:',
} as const;
