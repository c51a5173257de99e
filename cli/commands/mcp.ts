import { createAgent, mcpService, stdioTransport, type McpService } from '../../agents/index.ts';
import { Recorder, type RecordingSink } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';
import { signerOf, type Signer } from '../../interpreter/index.ts';
import type { PolicyFile } from '../../services/index.ts';
import { passphraseOf, readKeyFile } from '../daemon/key-file.ts';
import { CliError, ExitCode } from '../errors.ts';
import { readMcpConfig, type McpConfig } from '../mcp/config.ts';
import type { Output } from '../output.ts';
import { readPolicyFile } from '../policy-file.ts';
import { createRecordingFile } from '../recording-files.ts';

/** Both stand in for the setting of the same name. */
export interface McpOptions {
  readonly record?: string;
  readonly proofs?: string;
}

/**
 * `beryl mcp <config>`: serves an agent over standard input and output.
 *
 * @throws {CliError} `ERR_CLI_PACKAGE` if the protocol's package is not installed; `ERR_CLI_CONFIG`.
 * @throws {AgentError} If a server of the configuration does not start, or its tools cannot be used.
 */
export async function mcpCommand(
  path: string,
  options: McpOptions,
  version: string,
  output: Output,
): Promise<ExitCode> {
  const read = readMcpConfig(path);
  const { record = read.record, proofs = read.proofs } = options;
  const config = { ...read, record, proofs };
  const { serveAgent } = await loadServer();
  const signer = signerOf(seedOf(config));
  const policy = config.policy === undefined ? undefined : policyOf(config.policy, signer);
  const services: McpService[] = [];
  const ends: (() => void | Promise<void>)[] = [
    async () => void (await Promise.all(services.map(one => one.close()))),
  ];
  try {
    for (const [id, server] of Object.entries(config.servers))
      services.push(await serviceOf(id, server, config.folder));
    const sink = config.record === undefined ? undefined : createRecordingFile(config.record, [path]);
    const recorder = sink && recorderOf(sink, signer, services, policy);
    if (sink) ends.unshift(() => sink.close());
    if (recorder) ends.unshift(() => void recorder.end());
    const agent = await createAgent({
      secretKey: signer,
      services,
      ...(policy && { policy }),
      runMs: config.runMs,
      ...(recorder && { observer: recorder }),
    });
    ends.unshift(() => agent.close());
    output.say(`agent ${agent.peerId}: ${services.length} servers, ${agent.tools().length} tools`);
    await serveAgent(agent, version, config.proofs, failure => output.say(printable(failure.message)));
    return ExitCode.ok;
  } finally {
    for (const end of ends) await end();
  }
}

async function loadServer() {
  try {
    return await import('../mcp/server.ts');
  } catch (cause) {
    throw new CliError(
      'ERR_CLI_PACKAGE',
      'the Model Context Protocol is not installed: run `npm install @modelcontextprotocol/sdk@1`',
      {},
      { cause },
    );
  }
}

const seedOf = ({ key }: Pick<McpConfig, 'key'>): Uint8Array =>
  key === undefined
    ? crypto.getRandomValues(new Uint8Array(32))
    : readKeyFile(key).open(passphraseOf(process.env)).seed;

const policyOf = (path: string, { peerId }: Signer): PolicyFile =>
  readPolicyFile(path, new Map([['agent', peerId]])).file;

async function serviceOf(
  id: string,
  { command, args, env, tools, texts, pinned }: McpConfig['servers'][string],
  cwd: string,
): Promise<McpService> {
  return mcpService({
    id,
    transport: await stdioTransport({ command, args, env, cwd }),
    texts,
    ...(tools && { tools }),
    ...(pinned !== undefined && { pinned }),
  });
}

function recorderOf(
  sink: RecordingSink,
  signer: Signer,
  services: readonly McpService[],
  policy: PolicyFile | undefined,
): Recorder {
  const recorder = new Recorder({ sink, origin: `beryl.local/agent/${crypto.randomUUID()}`, signer });
  recorder.addPeer({
    peerId: signer.peerId,
    name: 'agent',
    rules: {
      services: services.map(definition => ({ id: definition.id, definition })),
      ...(policy && { policy }),
    },
  });
  return recorder;
}
