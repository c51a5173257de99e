import type { CallContext } from '../call-context.ts';
import { failureOf } from '../call-decision.ts';
import type { CallDecision } from '../call-decision.ts';
import { NESTED_CALLS_MAX } from '../limits.ts';
import { nestedArguments } from '../nested-calls.ts';
import { askContent } from './call-message.ts';
import type { ChannelAnswer } from './call-message.ts';
import { fits } from './frame.ts';
import { ASKS_MAX, ASKS_OF_CALL_SIZE_MAX } from './limits.ts';

/** What the calls of one connection have in common. */
export interface AskOutlet {
  /** Calls of other services that wait for their replies. */
  waiting: number;
  readonly frameBytesMax: number;
  send(functionName: string, content: string): void;
}

/** The calls of other services that one call of a remote service makes, through its host. */
export class ServiceAsks {
  readonly #callId: number;
  readonly #outlet: AskOutlet;
  readonly #waiting = new Map<number, (answer: ChannelAnswer | undefined) => void>();
  #begun = 0;
  /** UTF-16 units of what was asked. */
  #size = 0;
  #isOver = false;

  constructor(callId: number, outlet: AskOutlet) {
    this.#callId = callId;
    this.#outlet = outlet;
  }

  /** As `callService` of a handler in the peer's process; of a refusal it learns the text only. */
  readonly callService: CallContext<unknown, string>['callService'] = async (service, functionName, args) => {
    const name = `callService: \`${service}.${functionName}\``;
    const argumentsJson = nestedArguments(service, functionName, args);
    if (this.#isOver) throw new TypeError(`${name}: the call has ended; await all work first`);
    if (this.#begun >= NESTED_CALLS_MAX) throw new TypeError(`${name}: more than ${NESTED_CALLS_MAX} calls`);
    const outlet = this.#outlet;
    const ask = this.#begun;
    const content = askContent({ id: this.#callId, ask }, { service, function: functionName, argumentsJson });
    if (!fits(content, functionName, outlet.frameBytesMax))
      return failed(`${name}: over the channel's bound of ${outlet.frameBytesMax} bytes`);
    if (this.#size + content.length > ASKS_OF_CALL_SIZE_MAX)
      return failed(`${name}: more than ${ASKS_OF_CALL_SIZE_MAX} characters during one call`);
    if (outlet.waiting >= ASKS_MAX)
      return failed(`${name}: too many calls wait for the host; try again later`);
    this.#begun += 1;
    this.#size += content.length;
    outlet.waiting += 1;
    const answer = await new Promise<ChannelAnswer | undefined>(resolve => {
      this.#waiting.set(ask, resolve);
      outlet.send(functionName, content);
    });
    return answer === undefined ? failed(`${name}: the call has ended`) : decisionOf(answer);
  };

  /** Replies that nothing waits for are dropped: the call has ended. */
  reply(ask: number, answer: ChannelAnswer): void {
    this.#settle(ask, answer);
  }

  end(): void {
    this.#isOver = true;
    for (const ask of this.#waiting.keys()) this.#settle(ask, undefined);
  }

  #settle(ask: number, answer: ChannelAnswer | undefined): void {
    const resolve = this.#waiting.get(ask);
    if (resolve === undefined) return;
    this.#waiting.delete(ask);
    this.#outlet.waiting -= 1;
    resolve(answer);
  }
}

const failed = (text: string): CallDecision => ({
  kind: 'failed',
  stage: 'handler',
  code: 'ERR_CALL_FAILED',
  ...failureOf(text),
});

const decisionOf = (answer: ChannelAnswer): CallDecision =>
  answer.fail === undefined
    ? { kind: 'served', stage: 'result', result: { retCode: 0, resultJson: answer.resultJson }, patches: [] }
    : failed(answer.fail);
