// The main job, for peers in one process and in several.
import { sha256, signerOf } from 'beryl/interpreter';
import { defineService, expectOrigin, fail } from 'beryl/services';
import { z } from 'zod';

/** All particles of a life stay on their peers. */
export const LIMITS = {
  particlesPerInitPeer: 1_000_000,
  particles: 1_000_000,
  knownPerInitPeer: 1_000_000,
  known: 1_000_000,
};

export const AUTHOR_KEY = sha256('bench author');
export const AUTHOR = signerOf(AUTHOR_KEY).peerId;

/** Posts that the blog keeps: a benchmark may run any number of particles, and each turn must find the same blog. */
const POSTS_KEPT = 100;

/** The sample blog, but that a new post takes the place of the oldest one. */
export const blogOf = authPeer =>
  defineService({
    id: 'blogSrv',
    state: { count: 0, posts: [] },
    functions: {
      add_post: {
        arguments: { text: z.string().min(1).max(10_000), is_admin: z.json() },
        guards: { is_admin: expectOrigin(authPeer, 'authSrv', 'get_status', '.$.is_admin') },
        handler({ text, is_admin }, { state, initPeerId }) {
          if (is_admin !== true) return fail('only admins may post');
          state.posts[state.count % POSTS_KEPT] = { id: state.count + 1, author: initPeerId, text };
          state.count += 1;
          return state.count;
        },
      },
    },
  });

export const scriptOf = (auth, blog) => `
  (seq (call "${auth}" ("authSrv" "get_status") [] status)
  (seq (call "${blog}" ("blogSrv" "add_post") ["hello" status.$.is_admin] number)
       (call %init_peer_id% ("callbackSrv" "response") [number])))`;
