import { request as httpRequest } from 'node:http';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { printable } from '../../base/printable.ts';
import type { DenyRole } from '../../peer/index.ts';
import { CliError } from '../errors.ts';
import { json, type Reply, type Request } from './http.ts';

/** What a running peer does for its operator. */
export interface Controlled {
  status(): object;
  particles(limit: number): readonly object[];
  services(): readonly object[];
  log(count: number): readonly string[];
  /** Takes nothing new, and waits until nothing is at work. */
  drain(waitMs: number): Promise<object>;
  resume(): object;
  deny(entry: { readonly peerId: string; readonly role: DenyRole; readonly reason?: string }): object;
  allow(peerId: string): object;
  denyList(bytes: string): object;
  identity(statements: readonly string[]): object;
  /** Begins to stop. */
  stop(): object;
}

/** Where the peer of a data folder listens for its operator: whoever may open the folder. */
export const socketOf = (data: string): string => join(data, 'control.sock');

const wait = z.strictObject({ waitMs: z.int().min(0).max(3_600_000).default(30_000) }).prefault({});
const denial = z.strictObject({
  peerId: z.string(),
  role: z.enum(['host', 'init', 'both']).default('both'),
  reason: z.string().max(1000).optional(),
});
const allowance = z.strictObject({ peerId: z.string() });
const identity = z.strictObject({ statements: z.array(z.string()) });
const signedList = z.strictObject({ list: z.string() });

/** Answers an operator's request. */
export async function control(peer: Controlled, { method, path, query, body }: Request): Promise<Reply> {
  const count = (fallback: number): number =>
    Math.min(10_000, Math.max(1, Number(query.get('count')) || fallback));
  switch (`${method} ${path}`) {
    case 'GET /status':
      return json(200, peer.status());
    case 'GET /particles':
      return json(200, peer.particles(count(100)));
    case 'GET /services':
      return json(200, peer.services());
    case 'GET /log':
      return json(200, peer.log(count(50)));
    case 'POST /drain':
      return json(200, await peer.drain(wait.parse(body).waitMs));
    case 'POST /resume':
      return json(200, peer.resume());
    case 'POST /deny': {
      const { peerId, role, reason } = denial.parse(body);
      return json(200, peer.deny({ peerId, role, ...(reason !== undefined && { reason }) }));
    }
    case 'POST /deny-list':
      return json(200, peer.denyList(signedList.parse(body).list));
    case 'POST /identity':
      return json(200, peer.identity(identity.parse(body).statements));
    case 'POST /allow':
      return json(200, peer.allow(allowance.parse(body).peerId));
    case 'POST /stop':
      return json(200, peer.stop());
    default:
      return json(404, { error: `unknown request \`${method} ${path}\`` });
  }
}

/**
 * Asks the running peer of a data folder.
 *
 * @throws {CliError} `ERR_CLI_PEER` if it is not running, or refuses.
 */
export async function ask(
  data: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  const socketPath = socketOf(data);
  if (!existsSync(socketPath)) throw notRunning(data);
  const text = await new Promise<string>((resolve, reject) => {
    const asking = httpRequest({ socketPath, method, path }, incoming => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        const received = Buffer.concat(parts).toString('utf8');
        if (incoming.statusCode === 200) resolve(received);
        else reject(new CliError('ERR_CLI_PEER', printable(`the peer refused: ${errorOf(received)}`)));
      });
      incoming.on('error', reject);
    });
    asking.on('error', cause => reject(notRunning(data, cause)));
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return JSON.parse(text) as unknown;
}

function errorOf(text: string): string {
  try {
    return String((JSON.parse(text) as { error?: unknown }).error);
  } catch {
    return text;
  }
}

const notRunning = (data: string, cause?: unknown): CliError =>
  new CliError(
    'ERR_CLI_PEER',
    printable(`no peer is running on \`${data}\`: start it with \`beryl peer start\``),
    { data },
    { cause },
  );
