import { createServer, type IncomingMessage, type Server } from 'node:http';
import { CliError } from '../errors.ts';
import { printable } from '../../base/printable.ts';

/** What a request gets. */
export interface Reply {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain; version=0.0.4';
  readonly body: string;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** What was sent, parsed; `undefined` for nothing. */
  readonly body: unknown;
}

/** Bytes of a request. */
const BODY_MAX = 1024 * 1024;

export const json = (status: number, value: unknown): Reply => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

/**
 * Serves on a port or a Unix socket.
 *
 * @throws {CliError} `ERR_CLI_LISTEN`. @returns Ends it.
 */
export async function serve(
  at: { readonly host: string; readonly port: number } | { readonly path: string },
  answer: (request: Request) => Reply | Promise<Reply>,
): Promise<() => Promise<void>> {
  const server = createServer((incoming, outgoing) => {
    void reply(incoming, answer).then(({ status, type, body }) => {
      outgoing.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
      outgoing.end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) => {
      const where = 'path' in at ? at.path : `${at.host}:${at.port}`;
      reject(
        new CliError(
          'ERR_CLI_LISTEN',
          printable(`cannot listen on \`${where}\`: ${cause.message}`),
          {},
          { cause },
        ),
      );
    });
    server.listen(at, resolve);
  });
  return () => closed(server);
}

async function reply(
  incoming: IncomingMessage,
  answer: (request: Request) => Reply | Promise<Reply>,
): Promise<Reply> {
  try {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://local');
    const body = await bodyOf(incoming);
    return await answer({ method: incoming.method ?? '', path: pathname, query: searchParams, body });
  } catch (failure) {
    return json(400, { error: failure instanceof Error ? failure.message : String(failure) });
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming) {
    size += (part as Buffer).length;
    if (size > BODY_MAX) throw new Error(`a request has at most ${BODY_MAX} bytes`);
    parts.push(part as Buffer);
  }
  return size === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
