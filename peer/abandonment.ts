import { messageOf } from '../services/index.ts';
import { ParticleError, StartedFailure } from './errors.ts';
import type { HopAnswer } from './hop-answer.ts';

/** How a particle that has to wait is reported: to the program that started it, and to the peer that sent the copy. */
export interface Abandonment {
  /** For who sent it, and who sends it again later. Says nothing of what is inside of this peer's signer. */
  readonly hopAnswer: HopAnswer;
  /** For the program that started it. */
  readonly failure: StartedFailure;
}

/** What could be neither signed nor stored has not happened. */
export function abandonment(cause: unknown): Abandonment {
  const reason = messageOf(cause);
  const code = cause instanceof ParticleError ? cause.code : 'ERR_PARTICLE_STORE';
  if (code === 'ERR_PARTICLE_STOPPED')
    return { hopAnswer: STOPPED, failure: new StartedFailure('ERR_STARTED_STOPPED', 'the peer was stopped') };
  if (code === 'ERR_PARTICLE_SIGNER') {
    const message = 'this peer could not sign what it did';
    return {
      hopAnswer: { status: 'busy', code, message: `${message}; try again later` },
      failure: new StartedFailure('ERR_STARTED_SIGNER', `${message}: ${reason}`, { reason }),
    };
  }
  const message = `this peer could not keep what it did: ${reason}`;
  return {
    hopAnswer: { status: 'busy', code: 'ERR_PARTICLE_STORE', message },
    failure: new StartedFailure('ERR_STARTED_STORE', message, { reason }),
  };
}

export const STOPPED: HopAnswer = {
  status: 'busy',
  code: 'ERR_PARTICLE_STOPPED',
  message: 'the peer stops',
};
