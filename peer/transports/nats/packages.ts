import type * as JetStream from '@nats-io/jetstream';
import type * as Core from '@nats-io/transport-node';
import { LinkError } from '../link-error.ts';

const INSTALL = 'npm install @nats-io/transport-node@3 @nats-io/jetstream@3';

/** The name is a variable, so that bundlers for browsers do not look for the package: it needs sockets. */
const CORE: string = '@nats-io/transport-node';

export interface NatsPackages {
  readonly core: typeof Core;
  readonly jetstream: typeof JetStream;
}

/**
 * The packages of NATS, loaded when a link starts.
 *
 * @throws {LinkError} `ERR_LINK_PACKAGES` says what to install.
 */
export async function loadNats(): Promise<NatsPackages> {
  try {
    const [core, jetstream] = await Promise.all([
      import(CORE) as Promise<typeof Core>,
      import('@nats-io/jetstream'),
    ]);
    return { core, jetstream };
  } catch (cause) {
    throw new LinkError('ERR_LINK_PACKAGES', `NATS is not installed: run \`${INSTALL}\``, {}, { cause });
  }
}
