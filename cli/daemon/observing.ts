import { toBase64, toBase64url } from '../../base/bytes.ts';
import type { PeerObserver } from '../../peer/index.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** What happens on a peer, as lines of a log and as counts. Values of scripts appear in neither. */
export function observing(log: Log, metrics: Metrics): PeerObserver {
  metrics
    .describe('beryl_runs_total', 'Runs of the interpreter, by return code.')
    .describe('beryl_calls_total', 'Calls of services, by decision, stage and code.')
    .describe('beryl_refusals_total', 'Particles and data that were refused, by stage and code.')
    .describe('beryl_hops_refused_total', 'Envelopes that were not in order, by code.')
    .describe('beryl_sends_total', 'Attempts to hand a particle over, by result.')
    .describe('beryl_run_seconds', 'Time of a run of the interpreter.')
    .describe('beryl_expired_total', 'Particles whose life is over.');
  return {
    step: ({ input, outcome }) => {
      metrics.count('beryl_runs_total', { code: String(outcome.retCode) });
      log.write('debug', 'run', {
        particle: toBase64url(input.params.particleSignature),
        initPeer: input.params.initPeerId,
        code: outcome.retCode,
      });
    },
    call: ({ request, decision, particleSignature }) => {
      const { kind, stage } = decision;
      const code = 'code' in decision ? decision.code : '';
      metrics.count('beryl_calls_total', { decision: kind, stage, code });
      const policy = 'policy' in decision ? decision.policy : undefined;
      const { serviceId, functionName } = request;
      log.write(kind === 'served' ? 'info' : 'warn', `call ${kind}`, {
        particle: toBase64url(particleSignature),
        service: serviceId,
        function: functionName,
        ...(code !== '' && { code, stage }),
        ...(policy && { policy: policy.hash, rules: policy.rules.join(' ') }),
      });
    },
    refused: ({ stage, from, particle, code, message }) => {
      metrics.count('beryl_refusals_total', { stage, code });
      const { signature, id } = particle;
      log.write('warn', 'refused', {
        stage,
        code,
        from,
        id: typeof id === 'string' ? id : undefined,
        particle: signature instanceof Uint8Array ? toBase64url(signature) : undefined,
        reason: message,
      });
    },
    hopRefused: ({ code, message, from, claimedOrigin, frameKind, isRefused, envelope }) => {
      metrics.count('beryl_hops_refused_total', { code, frame: frameKind });
      log.write('warn', isRefused ? 'hop refused' : 'hop noted', {
        code,
        frame: frameKind,
        from,
        claimedOrigin,
        reason: message,
        envelope: envelope && toBase64(envelope),
      });
    },
    sent: ({ to, particleSignature, failure }) => {
      metrics.count('beryl_sends_total', { result: failure === undefined ? 'ok' : 'failed' });
      const particle = toBase64url(particleSignature);
      if (failure === undefined) log.write('debug', 'sent', { particle, to });
      else log.write('warn', 'send failed', { particle, to, reason: failure });
    },
    ran: ({ tookMs }) => metrics.observe('beryl_run_seconds', tookMs / 1000),
    expired: ({ particleSignature }) => {
      metrics.count('beryl_expired_total');
      log.write('debug', 'expired', { particle: toBase64url(particleSignature) });
    },
  };
}

/** Tells several observers of what happens, in this order. A failure of one does not keep it from the others. */
export function together(...given: readonly (PeerObserver | undefined)[]): PeerObserver {
  const observers = given.filter(observer => observer !== undefined);
  const tell = <Name extends keyof PeerObserver>(name: Name) => {
    return (event: Parameters<NonNullable<PeerObserver[Name]>>[0]): void => {
      const failures: unknown[] = [];
      for (const observer of observers)
        try {
          (observer[name] as ((event: unknown) => void) | undefined)?.(event);
        } catch (failure) {
          failures.push(failure);
        }
      if (failures.length > 0) throw failures[0];
    };
  };
  return {
    step: tell('step'),
    call: tell('call'),
    refused: tell('refused'),
    sent: tell('sent'),
    hopRefused: tell('hopRefused'),
    ran: tell('ran'),
    expired: tell('expired'),
  };
}
