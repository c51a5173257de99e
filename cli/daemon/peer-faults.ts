import { stackOf, type FaultPolicy } from '../faults.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** A fault of a module does not end the peer, unless it may have left the process in any state: then it stores, and ends. */
export function faultPolicy(log: Log, metrics: Metrics, stop: () => Promise<void>): FaultPolicy {
  metrics.describe(
    'beryl_floating_rejections_total',
    'Promises that rejected and that nothing awaits, by the handler that made them.',
  );
  return {
    floating({ handler = '', stack }) {
      metrics.count('beryl_floating_rejections_total', { handler });
      log.write('error', 'a promise rejected, and nothing awaits it', { handler, stack });
    },
    async beforeEnd(failure) {
      log.write('error', 'an exception that nothing caught ends the peer', { stack: stackOf(failure) });
      await stop();
    },
  };
}
