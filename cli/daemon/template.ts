/** What `beryl peer init` writes: every setting with its default. */
export const configTemplate = (
  listen: string,
  metrics: string,
): string => `// Configuration of a Beryl peer. Environment variables (BERYL_LISTEN, …) override it, flags override both.
// Paths are relative to this file. docs/operating.md lists every setting.
{
  // Secret key of this peer. Keep it private; the peer id follows from it.
  "key": "peer.key",
  // key: the file above. bus: the key is elsewhere, with "beryl bus signer"; for the transport nats.
  "signer": "key",
  // Folder of the store and the control socket.
  "data": "data",
  // full: what was acknowledged survives a loss of power. normal: faster, survives the end of the process only.
  "store": { "synchronous": "full" },
  "network": {
    // libp2p: this peer connects to others. nats: all peers meet at a NATS server, see "nats".
    "transport": "libp2p",
    // Where to listen. Add "/ip4/0.0.0.0/tcp/4002/ws" for browsers.
    "listen": ["${listen}"],
    // Other peers, each address ending in /p2p/<peer id>.
    "peers": [],
    // Peers to stay connected to; with "kad" others are found through them.
    "bootstrap": [],
    // Peers that carry connections to this one, if it cannot be dialled.
    "relays": [],
    // Carry connections for others, such as clients.
    "isRelay": true,
    // Find peers that are not listed here, and be found: needs the package @libp2p/kad-dht.
    "kad": false
  },
  // For the transport nats: the servers, and files that "beryl bus host" writes, one for each process of this peer.
  "nats": { "servers": ["127.0.0.1:4222"], "hosts": ["host.json"] },
  // Signed envelopes on every hop: enforce, monitor (record only) or off.
  "envelopes": "enforce",
  // Peer ids by the names that services use; "self" is this peer.
  "names": {},
  // As in network files: { "kind": "module", "path": "./service.mjs" }, …
  "services": [],
  // A JSON list of peers to deny: [{ "peerId": "12D3…", "role": "both", "reason": "…" }]. Read again when it changes.
  // "denyFile": "deny.json",
  // A policy: rules on calls, see docs/policies.md. Read again when it changes.
  // "policy": "policy.json",
  // Recordings for audits, one file for each start in the folder "recordings" of the data: off, anomalies or all; values: full or hashes.
  // The recorder has a key of its own, which is made when it first records.
  "record": { "mode": "off", "values": "full", "key": "recorder.key" },
  // Peers whose signed deny lists count.
  "denyAuthorities": [],
  // Bounds; see the table of limits in ARCHITECTURE.md.
  "limits": {},
  // Prometheus metrics and health, or "off".
  "metrics": "${metrics}",
  // Spans of OpenTelemetry, for the tracer provider that the process registers; see docs/operating.md.
  "traces": false,
  "log": { "level": "info", "format": "json" },
  // How long calls under way may go on when the peer stops, milliseconds.
  "graceMs": 5000
}
`;
