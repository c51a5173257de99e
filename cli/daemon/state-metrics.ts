import { json, serve, type Reply } from './http.ts';
import type { Metrics } from './metrics.ts';
import type { RunningNode } from './nodes.ts';

/** Metrics of what a peer holds at the moment. */
export function describeState(metrics: Metrics, { peer, connected }: RunningNode): void {
  metrics
    .describe('beryl_particles_at_work', 'Particles that are at work.')
    .describe('beryl_particles_alive', 'Particles whose life is not over, at rest ones included.')
    .describe('beryl_connected_peers', 'Peers that are connected.')
    .describe('beryl_paused', '1 while the peer takes nothing new.');
  metrics.gauge('beryl_particles_at_work', () => peer.atWork);
  metrics.gauge('beryl_particles_alive', () => peer.size);
  metrics.gauge('beryl_connected_peers', () => connected().length);
  metrics.gauge('beryl_paused', () => Number(peer.isPaused));
  metrics.gauge('process_resident_memory_bytes', () => process.memoryUsage.rss());
}

/** Serves metrics, health and readiness. @param at `host:port` */
export function serveMetrics(
  at: string,
  metrics: Metrics,
  peer: RunningNode['peer'],
  isRunning: () => boolean,
): Promise<() => Promise<void>> {
  const colon = at.lastIndexOf(':');
  const [host, port] = [at.slice(0, colon), Number(at.slice(colon + 1))];
  return serve({ host, port }, ({ method, path }): Reply => {
    if (method !== 'GET') return json(405, { error: 'only GET' });
    switch (path) {
      case '/metrics':
        return { status: 200, type: 'text/plain; version=0.0.4', body: metrics.text() };
      case '/healthz':
        return json(200, { status: 'alive' });
      case '/readyz': {
        const isReady = isRunning() && !peer.isPaused;
        return json(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready' });
      }
      default:
        return json(404, { error: 'there are /metrics, /healthz and /readyz' });
    }
  });
}
