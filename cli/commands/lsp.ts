import { CliError, ExitCode } from '../errors.ts';
import { expectExit } from '../faults.ts';

/**
 * `beryl lsp`: serves an editor over standard input and output.
 *
 * @throws {CliError} `ERR_CLI_PACKAGE` if the protocol's package is not installed.
 */
export async function lspCommand(version: string): Promise<ExitCode> {
  const { serve } = await loadServer();
  expectExit();
  await serve(version);
  return ExitCode.ok;
}

async function loadServer() {
  try {
    return await import('../lsp/server.ts');
  } catch (cause) {
    throw new CliError(
      'ERR_CLI_PACKAGE',
      'the protocol of editors is not installed: run `npm install vscode-languageserver@11 vscode-languageserver-textdocument@1`',
      {},
      { cause },
    );
  }
}
