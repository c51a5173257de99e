import { printable } from '../../../base/printable.ts';
import { serviceSpec } from '../../../network/index.ts';
import type { Command } from '../command.ts';
import { misused } from '../command.ts';
import { filesFor } from '../complete-files.ts';
import { freshFilesIn } from '../../network-file.ts';
import { servicesText } from '../service-text.ts';

const MODES = ['replace', 'extend'];

export const loadCommand: Command = {
  name: 'load',
  group: 'peers',
  usage: '<module> [peer] [replace|extend]',
  does: 'put the service of a module on a peer, or its new version in the place of the old one',
  words: [1, 3],
  help: 'The module exports a service definition, or a function that makes one of `{ peers }`, as its default. It is read again each time, so you can change it and load it again; its state begins anew. The peer is the one that starts scripts, if you leave it out. `replace` and `extend` are for a service that every peer has.',
  examples: [],
  isKept: true,
  complete: (state, words) =>
    words.length === 1
      ? filesFor(words[0] ?? '', ['.mjs', '.js'])
      : words.length === 2
        ? [...state.session.peerIds.keys()]
        : MODES,
  async run({ state, words: [path = '', peer = state.starter, builtin] }) {
    if (builtin !== undefined && !MODES.includes(builtin)) throw misused(loadCommand);
    state.requirePeer(peer, [...state.session.peerIds.keys()]);
    const spec = serviceSpec.parse({ kind: 'module', path, ...(builtin && { builtin }) });
    const service = await state.session.provide(peer, spec, freshFilesIn(process.cwd()));
    return `on ${printable(peer)}: ${servicesText(service)}`;
  },
};
