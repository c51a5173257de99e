import { AgentError } from '../errors.ts';

const PACKAGE = '@modelcontextprotocol/sdk';

/**
 * Loads a part of the protocol's package when it is used.
 *
 * @throws {AgentError} `ERR_AGENT_PACKAGE` if it is not installed.
 */
async function loaded<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new AgentError(
      'ERR_AGENT_PACKAGE',
      `the Model Context Protocol is not installed: run \`npm install ${PACKAGE}@1\``,
      {},
      { cause },
    );
  }
}

/** @throws {AgentError} `ERR_AGENT_PACKAGE`. */
export const loadClient = () => loaded(() => import('@modelcontextprotocol/sdk/client/index.js'));

/** @throws {AgentError} `ERR_AGENT_PACKAGE`. */
export const loadTypes = () => loaded(() => import('@modelcontextprotocol/sdk/types.js'));

/** @throws {AgentError} `ERR_AGENT_PACKAGE`. */
export const loadStdio = () => loaded(() => import('@modelcontextprotocol/sdk/client/stdio.js'));
