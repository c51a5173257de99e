import { withIds } from '../support/cast.ts';

/** Scripts by hand beside those of the generator: what it makes seldom, and what attackers look for. */
export const SCRIPTS: readonly string[] = [
  // A value that all others depend on.
  `(seq (call "bob" ("auth" "check") ["bob"] ok) (seq (call "carol" ("s" "sum") ["x" ok] y) (call "dave" ("s" "act") [y ok])))`,
  // Histories of several batches.
  `(seq (call "bob" ("s" "echo") ["1"] a) (seq (call "carol" ("s" "echo") ["2" a] b) (seq (call "bob" ("s" "echo") ["3" b] c)
    (seq (call "carol" ("s" "echo") ["4" c] d) (seq (call "bob" ("s" "echo") ["5" d] e) (call "dave" ("s" "act") [a b c d e]))))))`,
  // One function, the same arguments, at two sites.
  `(seq (par (call "bob" ("s" "who") [] x) (call "bob" ("s" "who") [] y)) (call "carol" ("s" "act") [x y]))`,
  // Branches that depend on no peer.
  `(par (call "bob" ("s" "echo") ["b"] x) (par (call "carol" ("s" "echo") ["c"] y) (call "dave" ("s" "echo") ["d"] z)))`,
  // A stream that everybody writes to, canonicalised by one, read by another.
  `(seq (par (call "bob" ("s" "echo") ["b"] $s) (par (call "carol" ("s" "echo") ["c"] $s) (call "dave" ("s" "echo") ["d"] $s)))
    (seq (canon "carol" $s #c) (par (call "dave" ("s" "act") [#c #c.$.[0]]) (call "alice" ("s" "act") [#c.length #c]))))`,
  // All of one peer, which also fixes the order.
  `(seq (par (call "bob" ("s" "echo") ["1"] $s) (call "bob" ("s" "echo") ["2"] $s)) (seq (canon "bob" $s #c)
    (par (call "carol" ("s" "act") [#c #c.$.[0]]) (par (call "dave" ("s" "act") [#c]) (call "alice" ("s" "act") [#c.$.[1]])))))`,
  // The same by the init peer, folded.
  `(seq (par (call "bob" ("s" "object") [] $s) (call "carol" ("s" "object") [] $s)) (seq (canon "alice" $s #c)
    (fold #c i (par (call "dave" ("s" "act") [i.$.who i.$.list.[0]]) (next i)))))`,
  // A fold over a stream on several peers.
  `(seq (par (call "bob" ("s" "echo") ["b"] $s) (par (call "carol" ("s" "echo") ["c"] $s) (call "dave" ("s" "echo") ["d"] $s)))
    (fold $s i (par (call "carol" ("s" "act") [i]) (par (call "bob" ("s" "act") [i]) (next i)))))`,
  // Recursive streams.
  `(seq (call "bob" ("s" "number") [] $s) (fold $s i (par (xor (match i 4 (call "dave" ("s" "act") [i]))
    (call "carol" ("s" "next") [i] $s)) (next i))))`,
  `(seq (ap 1 $s) (fold $s i (seq (xor (match i 3 (null)) (call "bob" ("s" "next") [i] $s)) (next i)) (call "carol" ("s" "act") [])))`,
  // Folds inside folds, over arrays.
  `(seq (call "bob" ("s" "array") [] l) (fold l i (par (fold l j (par (call "carol" ("s" "echo") [i j] $s) (next j))) (next i))))`,
  // Peers from a result.
  `(seq (call "bob" ("s" "peers") [] who) (fold who p (par (call p ("s" "act") [p]) (next p))))`,
  // Maps.
  `(seq (seq (call "bob" ("s" "object") [] o) (call "carol" ("s" "who") [] w)) (seq (par (ap ("k" o) %m) (par (ap ("k" w) %m) (ap (o.$.k w) %m)))
    (seq (canon "carol" %m #%c) (par (call "dave" ("s" "act") [#%c #%c.$.k #%c.$.a.[0]]) (fold #%c i (par (call "bob" ("s" "act") [i.$.value]) (next i)))))))`,
  `(seq (call "bob" ("s" "object") [] o) (seq (ap ("key" o) %m) (seq (canon "bob" %m x) (call "carol" ("s" "act") [x x.$.key.who]))))`,
  // Failures, caught and not.
  `(xor (call "bob" ("s" "fail") [] x) (seq (call "carol" ("s" "act") [:error:.$.message]) (call "dave" ("s" "act") [%last_error%])))`,
  `(par (call "bob" ("s" "fail") [] x) (seq (call "carol" ("s" "echo") ["c"] y) (call "dave" ("s" "act") [y])))`,
  `(seq (call "bob" ("s" "object") [] o) (xor (match o.$.k "a" (call "carol" ("s" "act") [o.$.a.b.[1].c])) (call "dave" ("s" "act") [o.$.n])))`,
  // Arguments that change while the answer is on its way.
  `(seq (call "bob" ("s" "array") [] l) (fold l i (seq (par (ap "first" x) (call "carol" ("s" "echo") ["second"] x))
    (seq (call "bob" ("auth" "check") [x] ok) (call "dave" ("s" "act") [x ok])))))`,
  `(seq (call "bob" ("s" "array") [] l) (fold l i (seq (par (ap "who" f) (par (call "carol" ("s" "echo") ["string"] f) (ap i g)))
    (seq (call "bob" ("s" f) [i] ok) (call "dave" ("s" "act") [f ok])))))`,
  `(seq (call "bob" ("s" "array") [] l) (fold l i (seq (par (ap i x) (call "carol" ("s" "echo") [i] x)) (seq (ap x y)
    (seq (call "bob" ("s" "echo") [y] z) (par (call "dave" ("s" "act") [x y z]) (next i)))))))`,
  // Variables of one's own.
  `(new $s (seq (par (call "bob" ("s" "echo") ["b"] $s) (call "carol" ("s" "echo") ["c"] $s))
    (new #c (seq (canon "dave" $s #c) (call "bob" ("s" "act") [#c])))))`,
  // Results that are not kept.
  `(seq (call "bob" ("s" "echo") ["b"]) (seq (call "carol" ("s" "echo") ["c"]) (call "dave" ("s" "act") [])))`,
].map(withIds);
