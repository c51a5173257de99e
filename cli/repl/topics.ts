import type { Command } from './command.ts';

/** The order of help. */
export const GROUPS: readonly { readonly group: Command['group']; readonly title: string }[] = [
  { group: 'scripts', title: 'Scripts' },
  { group: 'values', title: 'Values and their origins' },
  { group: 'peers', title: 'Peers and services' },
  { group: 'time', title: 'What has happened' },
  { group: 'attacks', title: 'Attacks and refusals' },
  { group: 'sessions', title: 'This session' },
];

/** Help that belongs to no single command. */
export const TOPICS: readonly {
  readonly name: string;
  readonly text: string;
  readonly examples: readonly string[];
}[] = [
  {
    name: 'typing',
    text: [
      'A script may have several lines; it runs when its parentheses are closed. A command drops a script that is not closed. Comments begin with `;`. Whole files can be pasted.',
      'Tab completes instructions, variables, peers, services, functions, fields of known results, commands and files.',
      'Arrow keys move in the text, and through the history at its ends. Alt-Enter begins a line. Ctrl-A, E, B, F, K, U, W, Y, L work as in shells.',
      'Ctrl-C stops the script that runs, or clears what is typed. Ctrl-D on an empty line ends.',
    ].join('\n'),
    examples: ['; a comment', '(null)'],
  },
  {
    name: 'variables',
    text: [
      'A variable that a script has set can be read by later scripts, with its true origin: guards see the call that made it.',
      'For that, the earlier script runs again in front of the later one, and each peer of this process gives the answers that it gave before: no handler runs twice.',
      'A script that sets a variable again replaces it. A stream is read by later scripts that do not add to it.',
      'If another peer started the earlier script, or it ran on running peers, its variables are loaded as data; a note says so.',
    ].join('\n'),
    examples: [
      '(call auth ("authSrv" "get_status") [] status)',
      '(call blog ("blogSrv" "add_post") ["hi" status.$.is_admin] post)',
      ':why post',
    ],
  },
  {
    name: 'keys',
    text: 'A peer of a network file has the key of its `seed`. Without a `seed` the key is made from its name, for play only. A connection to a running peer gets a new key each time. `:help typing` has the keys of the keyboard.',
    examples: [':peers'],
  },
];
