// The main job, for peers in one process and in several.
import { sha256, signerOf } from 'beryl/interpreter';

/** All particles of a life stay on their peers. */
export const LIMITS = {
  particlesPerInitPeer: 1_000_000,
  particles: 1_000_000,
  knownPerInitPeer: 1_000_000,
  known: 1_000_000,
};

export const AUTHOR_KEY = sha256('bench author');
export const AUTHOR = signerOf(AUTHOR_KEY).peerId;

export const scriptOf = (auth, blog) => `
  (seq (call "${auth}" ("authSrv" "get_status") [] status)
  (seq (call "${blog}" ("blogSrv" "add_post") ["hello" status.$.is_admin] number)
       (call %init_peer_id% ("callbackSrv" "response") [number])))`;
