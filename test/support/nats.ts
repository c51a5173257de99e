import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signerOf, sha256 } from '../../interpreter/index.ts';
import { natsServerConfig, signHostBinding, type NatsHost } from '../../peer/index.ts';
import { signer } from './cast.ts';

/** Why tests with a real server do not run here; `undefined`: they do. */
export const noNats: string | undefined =
  spawnSync('nats-server', ['--version']).status === 0
    ? undefined
    : 'no `nats-server` here: `apt-get install nats-server`';

const START_MS = 20_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A key of a host: never that of its peer. */
export const hostKeyOf = (name: string): Uint8Array => sha256(`host ${name}`);

/** Binds a host to a member of the cast. */
export function bind(peer: string, host: string): Promise<Uint8Array> {
  const now = Date.now();
  return signHostBinding(signer(peer), signerOf(hostKeyOf(host)), {
    fromMs: now - DAY_MS,
    untilMs: now + DAY_MS,
  });
}

/** A real `nats-server` on a free port, with the hosts that it lets in. */
export class NatsServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'beryl-nats-'));
  readonly port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  /** @param hosts Of each member of the cast, its hosts. */
  static async start(hosts: Readonly<Record<string, readonly string[]>>): Promise<NatsServer> {
    const bindings = await Promise.all(
      Object.entries(hosts).flatMap(([peer, names]) => names.map(name => bind(peer, name))),
    );
    return NatsServer.startWith(natsServerConfig(bindings, Date.now()));
  }

  /** @param users What `beryl bus config` writes. */
  static async startWith(users: string): Promise<NatsServer> {
    const server = new NatsServer(await freePort());
    writeFileSync(
      join(server.folder, 'server.conf'),
      `host: 127.0.0.1
port: ${server.port}
jetstream { store_dir: ${JSON.stringify(join(server.folder, 'store'))} }
${users}`,
    );
    await server.again();
    return server;
  }

  /** Starts it, also after a stop: its streams are kept. */
  async again(): Promise<void> {
    const child = spawn('nats-server', ['-c', join(this.folder, 'server.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let shown = '';
    child.stderr.on('data', (part: Buffer) => (shown = (shown + part.toString()).slice(-4000)));
    this.#child = child;
    for (const end = Date.now() + START_MS; !(await this.#isOpen());) {
      if (Date.now() > end || child.exitCode !== null) throw new Error(`nats-server did not start: ${shown}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  #isOpen(): Promise<boolean> {
    return new Promise(resolve => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
  }

  /** What a host of a member of the cast needs. */
  async host(peer: string, host = peer): Promise<NatsHost> {
    return {
      servers: [`127.0.0.1:${this.port}`],
      hostKey: hostKeyOf(host),
      binding: await bind(peer, host),
    };
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
