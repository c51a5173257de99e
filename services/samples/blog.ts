import { z } from 'zod';
import { checkOptions, isAnything, required } from '../../base/options.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { expectOrigin } from '../guards/expect-origin.ts';
import type { PeerRef } from '../guards/peer-ref.ts';
import { fail } from '../result.ts';

/** What the sample {@link blog} keeps of each post. */
export interface Post {
  /** Counts from 1. */
  readonly id: number;
  /** Peer id (base58) of the init peer. */
  readonly author: string;
  readonly text: string;
}

const POST_LENGTH_MAX = 10_000;
const POSTS_MAX = 10_000;

/**
 * A blog on which only admins write. It holds no list of admins and sends no requests: the script passes Auth's answer, and
 * the guard checks that it *is* Auth's answer. The guard checks where the value came from, the handler what
 * it says: the guard refuses a literal `true`, the handler refuses Auth's `false`.
 *
 * @example startService(blog({ authPeer: AUTH_PEER })) // (call PEER ("blogSrv" "add_post") ["text" status.$.is_admin] id)
 */
export function blog(options: { readonly authPeer: PeerRef }): ServiceDefinition<{ posts: Post[] }> {
  checkOptions('blog', options, { authPeer: required(isAnything) });
  return defineService({
    id: 'blogSrv',
    state: { posts: [] as Post[] },
    functions: {
      add_post: {
        // Any JSON: a caller with something else than Auth's answer gets that reason, not a wrong type.
        arguments: { text: z.string().min(1).max(POST_LENGTH_MAX), is_admin: z.json() },
        guards: { is_admin: expectOrigin(options.authPeer, 'authSrv', 'get_status', '.$.is_admin') },
        handler({ text, is_admin }, { state, initPeerId }) {
          if (is_admin !== true) return fail('only admins may post');
          if (state.posts.length >= POSTS_MAX) return fail('the blog is full');
          const post = { id: state.posts.length + 1, author: initPeerId, text };
          state.posts.push(post);
          return post.id;
        },
      },
      list_posts: {
        arguments: {},
        guards: {},
        handler: (_, { state }) => state.posts,
      },
    },
  });
}
