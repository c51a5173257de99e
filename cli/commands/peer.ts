import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import type { BusHostOptions, BusSignerOptions } from './bus.ts';
import { Group } from './groups.ts';
import { oneOf } from './options.ts';
import type { DenyListOptions } from './keys.ts';
import type { PeerControlOptions } from './peer-control.ts';
import type { PeerInitOptions } from './peer-init.ts';
import type { PeerStartOptions } from './peer-start.ts';

const CONFIG: readonly [string, string, string] = [
  '-c, --config <file>',
  'configuration of the peer',
  'peer.jsonc',
];

/** Adds `beryl peer …`, `beryl keys …` and `beryl deny-list …`. */
export function addPeerCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const peer = program
    .command('peer')
    .helpGroup(Group.peers)
    .description('run a peer on this machine: init, start, status, drain, deny, …');

  peer
    .command('init')
    .description('make a key and a configuration with comments')
    .argument('[folder]', 'where to put them', '.')
    .option('--listen <address>', 'where the peer listens', '/ip4/127.0.0.1/tcp/4001')
    .option('--metrics <address>', 'where metrics and health are served, host:port, or off', '127.0.0.1:9464')
    .option('--json', 'print the peer id and the files as JSON on stdout')
    .action(async (folder: string, options: PeerInitOptions) => {
      const { peerInitCommand } = await import('./peer-init.ts');
      finish(peerInitCommand(folder, options, output));
    });

  peer
    .command('start')
    .description('run the peer; SIGTERM stops it in order')
    .option(...CONFIG)
    .option('--listen <addresses>', 'instead of network.listen; separated by commas')
    .option('--peers <addresses>', 'instead of network.peers; separated by commas')
    .addOption(oneOf('--envelopes <mode>', 'instead of envelopes', ['enforce', 'monitor', 'off']))
    .option('--metrics <address>', 'instead of metrics: host:port, or off')
    .addOption(oneOf('--log-level <level>', 'instead of log.level', ['debug', 'info', 'warn', 'error']))
    .addOption(oneOf('--log-format <format>', 'instead of log.format', ['json', 'pretty']))
    .option('--workers <n>', 'so many processes share the work; needs the transport nats')
    .option(
      '--detach',
      'run in the background, log to peer.log in the data folder; returns when the peer is ready',
    )
    .option('--json', 'with --detach: print peer id, process and addresses as JSON on stdout')
    .action(async (options: PeerStartOptions) => {
      const { peerStartCommand } = await import('./peer-start.ts');
      finish(await peerStartCommand(options, output));
    });

  const asking = (name: string, description: string, argument?: readonly [string, string]): Command => {
    const command = peer.command(name).description(description);
    if (argument !== undefined) command.argument(...argument);
    return command.option(...CONFIG).option('--json', 'print the answer as JSON on stdout');
  };
  const act = async (name: string, args: readonly string[], options: PeerControlOptions): Promise<void> => {
    const { peerControlCommand } = await import('./peer-control.ts');
    finish(await peerControlCommand(name, args, options, output));
  };
  asking('status', 'what the peer does now').action((options: PeerControlOptions) =>
    act('status', [], options),
  );
  asking('particles', 'particles at work, and what they wait for')
    .option('--count <n>', 'how many', '100')
    .action((options: PeerControlOptions) => act('particles', [], options));
  asking('services', 'services and their functions').action((options: PeerControlOptions) =>
    act('services', [], options),
  );
  asking('log', 'the newest lines of the log')
    .option('--count <n>', 'how many', '50')
    .action((options: PeerControlOptions) => act('log', [], options));
  asking('drain', 'take nothing new, and wait until nothing is at work')
    .option('--wait <ms>', 'how long to wait', '30000')
    .action((options: PeerControlOptions) => act('drain', [], options));
  asking('resume', 'take new particles again').action((options: PeerControlOptions) =>
    act('resume', [], options),
  );
  asking('deny', 'put a peer on the deny list, at once', ['[peer id]', 'whom to deny'])
    .addOption(
      oneOf('--role <role>', 'as host of hops, as init peer of particles, or both', [
        'host',
        'init',
        'both',
      ]).default('both'),
    )
    .option('--reason <text>', 'why')
    .option('--list <file>', 'a signed list, written by `beryl deny-list`')
    .action((id: string | undefined, options: PeerControlOptions) =>
      act('deny', id === undefined ? [] : [id], options),
    );
  asking('allow', 'take a peer off the operator’s deny list', ['<peer id>', 'whom to allow']).action(
    (id: string, options: PeerControlOptions) => act('allow', [id], options),
  );
  asking('identity', 'take statements of identity: revoked keys are denied from now on', [
    '<file>',
    'written by `beryl keys export`',
  ]).action((path: string, options: PeerControlOptions) => act('identity', [path], options));
  asking('stop', 'stop the peer in order, and wait until it has stopped').action(
    (options: PeerControlOptions) => act('stop', [], options),
  );

  addStoreCommands(program, output, finish);
  addKeyCommands(program, output, finish);
  addBusCommands(program, output, finish);
}

function addStoreCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const store = program
    .command('store')
    .helpGroup(Group.peers)
    .description('look into the store of a peer, running or not: check, export');
  store
    .command('check')
    .description('say whether a store is sound, and what it holds')
    .argument('<file>', 'such as data/peer.sqlite')
    .option('--json', 'print as JSON on stdout')
    .action(async (path: string, options: { json?: boolean }) => {
      const { storeCheckCommand } = await import('./store.ts');
      finish(await storeCheckCommand(path, options, output));
    });
  store
    .command('export')
    .description('everything that a store holds, as JSON lines')
    .argument('<file>', 'such as data/peer.sqlite')
    .option('-o, --out <file>', 'write them there instead of stdout')
    .action(async (path: string, options: { out?: string }) => {
      const { storeExportCommand } = await import('./store.ts');
      finish(await storeExportCommand(path, options, output));
    });
}

function addKeyCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const keys = program
    .command('keys')
    .helpGroup(Group.peers)
    .description('key files: new, show, rotate, export');
  keys
    .command('new')
    .description('make a key file; BERYL_PASSPHRASE or BERYL_PASSPHRASE_FILE encrypts it')
    .argument('<file>', 'the new file, readable by its owner only')
    .option('--json', 'print as JSON on stdout')
    .action(async (path: string, options: { json?: boolean }) => {
      const { keysNewCommand } = await import('./keys.ts');
      finish(keysNewCommand(path, options, output));
    });
  keys
    .command('show')
    .description('the peer id of a key file, and whether it is encrypted')
    .argument('<file>', 'key file')
    .option('--json', 'print as JSON on stdout')
    .action(async (path: string, options: { json?: boolean }) => {
      const { keysShowCommand } = await import('./keys.ts');
      finish(keysShowCommand(path, options, output));
    });
  keys
    .command('rotate')
    .description('put the next key, committed to before, in the place of the current one; the name stays')
    .argument('<file>', 'key file')
    .option('--revoke', 'the current key has leaked: peers that see the statement deny it')
    .option('--json', 'print as JSON on stdout')
    .action(async (path: string, options: { revoke?: boolean; json?: boolean }) => {
      const { keysRotateCommand } = await import('./keys.ts');
      finish(keysRotateCommand(path, options, output));
    });
  keys
    .command('export')
    .description('the statements of identity of a key file, for others')
    .argument('<file>', 'key file')
    .requiredOption('-o, --out <file>', 'statements: nothing in them is secret')
    .option('--json', 'print as JSON on stdout')
    .action(async (path: string, options: { out: string; json?: boolean }) => {
      const { keysExportCommand } = await import('./keys.ts');
      finish(keysExportCommand(path, options, output));
    });
  program
    .command('deny-list')
    .helpGroup(Group.peers)
    .description('sign a deny list for all peers that trust a key')
    .argument('<list>', 'JSON: [{ "peerId", "role", "reason" }]')
    .requiredOption('-k, --key <file>', 'key file of the authority')
    .requiredOption('-s, --sequence <n>', 'number of the list; it must grow')
    .requiredOption('-o, --out <file>', 'the signed list')
    .option('--json', 'print as JSON on stdout')
    .action(async (path: string, options: DenyListOptions) => {
      const { denyListCommand } = await import('./keys.ts');
      finish(denyListCommand(path, options, output));
    });
}

function addBusCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const bus = program
    .command('bus')
    .helpGroup(Group.peers)
    .description('peers on a NATS server: host, config, signer');
  bus
    .command('host')
    .description('make the key of a host, bound to a peer; also writes <file>.binding for the server')
    .argument('<file>', 'the new file, readable by its owner only')
    .requiredOption('-k, --key <file>', 'key file of the peer')
    .option('--days <n>', 'how long the host may act for the peer', '365')
    .option('--json', 'print host and files as JSON on stdout')
    .action(async (path: string, options: BusHostOptions) => {
      const { busHostCommand } = await import('./bus.ts');
      finish(await busHostCommand(path, options, output));
    });
  bus
    .command('config')
    .description('the part of the configuration of nats-server that lets hosts in')
    .argument('<bindings...>', 'files that end in .binding')
    .requiredOption('-o, --out <file>', 'include it in the configuration of the server')
    .option('--json', 'print the file and the number of hosts as JSON on stdout')
    .action(async (paths: readonly string[], options: { out: string; json?: boolean }) => {
      const { busConfigCommand } = await import('./bus.ts');
      finish(busConfigCommand(paths, options, output));
    });
  bus
    .command('signer')
    .description('sign for workers that do not have the key; SIGTERM ends it')
    .argument('<file>', 'a host of this peer, as `beryl bus host` writes it')
    .requiredOption('-k, --key <file>', 'key file of the peer')
    .option('--servers <list>', 'servers of the bus, host:port; separated by commas', '127.0.0.1:4222')
    .option('--deny-file <file>', 'JSON list of hosts that get no signature; read again when it changes')
    .action(async (path: string, options: BusSignerOptions) => {
      const { busSignerCommand } = await import('./bus.ts');
      finish(await busSignerCommand(path, options, output));
    });
}
