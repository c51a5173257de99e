/** Where a peer reports to its operator what scripts must not see. */
export interface Logger {
  /** Something to look at: a refusal, a failed send, a handler that threw. `fields` are JSON-representable. */
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** Something to follow: what handlers write with `call.log.info`. Left out: dropped. */
  info?(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Logs. A logger that throws ends nothing. */
export function warn(
  logger: Logger | undefined,
  message: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  try {
    logger?.warn(message, fields);
  } catch {
    // The logger itself failed: there is no other place to report to.
  }
}

/** As {@link warn}, of what needs no look. */
export function info(
  logger: Logger | undefined,
  message: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  try {
    logger?.info?.(message, fields);
  } catch {
    // As above.
  }
}
