import { printable } from '../../../base/printable.ts';
import { formatDenial } from '../../../services/index.ts';
import { block, functionText, name } from '../../report-text.ts';
import type { Command } from '../command.ts';
import { originTree } from '../origin-tree.ts';

export const refusedCommand: Command = {
  name: 'refused',
  group: 'attacks',
  usage: '',
  does: 'the last denial or refusal in full, with the origins of the arguments',
  words: [0, 0],
  help: 'A denial is a decision of a service’s peer about a call. A refusal is about data: the peer that got it does not use it.',
  examples: ['(call blog ("blogSrv" "add_post") ["hi" true] post)', ':refused'],
  run({ state: { lastRefused } }) {
    if (lastRefused === undefined) return 'nothing was refused yet';
    const { report, named } = lastRefused;
    const denied = report.calls.flatMap(({ peerId, request, decision }) => {
      if (decision.kind !== 'denied') return [];
      const args = request.origins.map(
        (origin, i) => `  argument ${i + 1}\n${block(originTree(named, origin), 4)}`,
      );
      return [
        [
          `${name(named, peerId)}: ${functionText(request)} ${printable(named.withNames(request.argumentsJson))}`,
          `  ${decision.stage}, ${decision.code}`,
          block(
            formatDenial(decision.denial, id => named.nameOf(id)),
            2,
          ),
          ...args,
        ].join('\n'),
      ];
    });
    const refused = report.refusals.map(
      ({ peerId, from, stage, code, message }) =>
        `${name(named, peerId)}: refused what ${name(named, from)} sent\n  ${stage}, ${code}\n${block(named.withNames(message), 2)}`,
    );
    return [...denied, ...refused].join('\n');
  },
};
