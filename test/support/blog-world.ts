import type { JsonValue } from '../../interpreter/index.ts';
import { auth, blog, defineService, startService, type CallDecision } from '../../services/index.ts';
import { idOf, withIds, withNames } from './cast.ts';
import { World } from './world.ts';

/** The end of a run on a network with the Blog. */
export interface Posted {
  readonly world: World;
  /** Of the one call of the Blog, if there was one. */
  readonly decision: CallDecision | undefined;
  /** Kind, stage and code, such as `denied guards ERR_CALL_DENIED_GUARD`; `never asked`. */
  readonly verdict: string;
  /** Of what was not served, with names for peers. */
  readonly text: string;
  readonly posts: readonly unknown[];
}

const says = (id: string, functions: Record<string, unknown>) =>
  startService(
    defineService({
      id,
      functions: Object.fromEntries(
        Object.entries(functions).map(([name, value]) => [
          name,
          { arguments: {}, guards: {}, handler: () => value as JsonValue },
        ]),
      ),
    }),
  );

/**
 * Alice runs Auth, bob the Blog that believes it; mallory, who starts the script, runs services that say what she likes.
 *
 * @param options.admins  Names; left out: there are no admins, and mallory is misbehaving.
 * @param options.prepare Puts an attacker on the wire, for instance.
 */
export async function postOnBlog(
  script: string,
  { admins = [], prepare }: { admins?: readonly string[]; prepare?: (world: World) => void } = {},
): Promise<Posted> {
  const world = new World();
  const guarded = startService(blog({ authPeer: idOf('alice') }));
  const status = auth({ admins: admins.map(idOf), misbehaving: [idOf('mallory')] });
  world.add('alice', {
    services: [startService(status), says('otherSrv', { get_status: { is_admin: true } })],
  });
  world.add('bob', { services: [guarded] });
  world.add('carol');
  const mallory = world.add('mallory', {
    services: [
      says('authSrv', { get_status: { is_admin: true } }),
      says('', { get_true: true, get_status: { is_admin: true } }),
    ],
  });
  prepare?.(world);
  mallory.run(withIds(script));
  await world.simulation.settle();
  const decision = world.calls.find(({ request }) => request.functionName === 'add_post')?.decision;
  return {
    world,
    decision,
    verdict:
      decision === undefined
        ? 'never asked'
        : [decision.kind, decision.stage, 'code' in decision ? decision.code : ''].join(' ').trim(),
    text: decision === undefined || decision.kind === 'served' ? '' : withNames(decision.text),
    posts: guarded.state.posts,
  };
}

/** Refusals that peers reported: refusing peer, sender, stage and code. */
export const refusalsOf = ({ refusals }: World): string[] =>
  refusals.map(({ peerId, from, stage, code }) => withNames(`${peerId} refused ${from} ${stage} ${code}`));

/** The script of the demo. */
export const ask = (peer: string, service: string, fn: string, argument: string): string => `(seq
  (call "${peer}" ("${service}" "${fn}") [] status)
  (call "bob" ("blogSrv" "add_post") ["spam" ${argument}]))`;
