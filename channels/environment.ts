/** The variable in which a child process finds its one-time key. @spec docs/spec/channel.md#the-one-time-key */
export const BOOTSTRAP_VARIABLE = 'BERYL_CHANNEL_KEY';

/** Takes the one-time key out of the environment of this process, so that processes which it starts do not inherit it. */
export function takeBootstrap(): string | undefined {
  const bootstrap = process.env[BOOTSTRAP_VARIABLE];
  delete process.env[BOOTSTRAP_VARIABLE];
  return bootstrap;
}
