import type { Activity } from '../../peer/index.ts';
import { Stage } from '../support/stage.ts';

/** Turns of the event loop without work that must pass before time goes on. */
const QUIET_TURNS = 3;

/** A stage that knows when its peers are at work: many networks need no spare turns. */
export class QuietStage extends Stage {
  #held = 0;
  readonly activity: Activity = {
    begin: () => undefined,
    end: () => undefined,
    hold: () => {
      this.#held += 1;
      let isHeld = true;
      return () => {
        if (isHeld) this.#held -= 1;
        isHeld = false;
      };
    },
    deadline: () => () => undefined,
  };

  override async turns(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await new Promise<void>(resolve => void setImmediate(resolve));
      if (this.#held > 0) quiet = -1;
    }
  }
}
