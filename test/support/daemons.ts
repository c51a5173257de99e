import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beryl, ROOT, type CliEnd } from './cli.ts';

const PATIENCE_MS = 60_000;

export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo());) {
    if (Date.now() > end) throw new Error(`${what} never happened`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** What `beryl peer status --json` prints, in part. */
export interface Status {
  readonly atWork: number;
  readonly alive: number;
  readonly connected: readonly string[];
  readonly denied: Readonly<Record<string, number>>;
  readonly isPaused: boolean;
  readonly policy?: string;
  readonly recording?: string;
}

/** Runs the built command line while clients of this process go on. */
function berylLater(args: readonly string[]): Promise<CliEnd> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(ROOT, 'bin/beryl.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    child.once('close', code => resolve({ code, stdout, stderr }));
  });
}

/** A peer of `beryl peer`, as a process of its own. */
export class DaemonProcess {
  readonly folder: string;
  readonly address: string;
  readonly peerId: string;
  readonly #config: string;
  #child: ChildProcess | undefined;
  /** What it has written since its last start. */
  shown = '';

  private constructor(folder: string, port: number, peerId: string) {
    this.folder = folder;
    this.peerId = peerId;
    this.address = `/ip4/127.0.0.1/tcp/${port}/p2p/${peerId}`;
    this.#config = join(folder, 'peer.jsonc');
  }

  /** Made by `beryl peer init`. @param files Written beside the configuration. */
  static async init(files: Readonly<Record<string, string>> = {}): Promise<DaemonProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'beryl-peer-'));
    const port = await freePort();
    const { code, stdout, stderr } = beryl([
      'peer',
      'init',
      folder,
      '--listen',
      `/ip4/127.0.0.1/tcp/${port}`,
      '--metrics',
      'off',
    ]);
    if (code !== 0) throw new Error(stderr);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/beryl'));
    symlinkSync(join(ROOT, 'node_modules/zod'), join(folder, 'node_modules/zod'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return new DaemonProcess(folder, port, stdout.trim());
  }

  /** Puts a setting in the place of the template's. */
  set(name: string, value: unknown): void {
    const text = readFileSync(this.#config, 'utf8');
    const line = new RegExp(`^( *)"${name}": .*?(,?)$`, 'm');
    if (!line.test(text)) throw new Error(`there is no setting \`${name}\``);
    writeFileSync(
      this.#config,
      text.replace(
        line,
        (_, by: string, comma: string) => `${by}"${name}": ${JSON.stringify(value)}${comma}`,
      ),
    );
  }

  /** Puts in a setting that the template leaves out. */
  add(name: string, value: unknown): void {
    const text = readFileSync(this.#config, 'utf8');
    writeFileSync(
      this.#config,
      text.replace(/^\{\n/m, () => `{\n  "${name}": ${JSON.stringify(value)},\n`),
    );
  }

  /** Runs until it is ready. */
  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      [join(ROOT, 'bin/beryl.mjs'), 'peer', 'start', '-c', this.#config],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#child = child;
    this.shown = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (this.shown += part.toString()));
    await until(
      () => this.shown.includes('"msg":"started"') || child.exitCode !== null,
      'the start of a peer',
    );
    if (child.exitCode !== null) throw new Error(this.shown);
  }

  /** `null` while it runs. */
  get exitCode(): number | null {
    return this.#child?.exitCode ?? null;
  }

  /** Asks it by `beryl peer <name>`. */
  ask(name: string, ...args: string[]): Promise<CliEnd> {
    return berylLater(['peer', name, ...args, '-c', this.#config]);
  }

  async status(): Promise<Status> {
    return JSON.parse((await this.ask('status', '--json')).stdout) as Status;
  }

  /** Ends it by a signal, and waits for the end. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    return new Promise(resolve => {
      child.once('exit', code => resolve(code));
      child.kill(signal);
    });
  }
}
