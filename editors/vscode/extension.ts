// Starts `beryl lsp` for AIR scripts. All that it knows of scripts, the server says.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspace, type ExtensionContext } from 'vscode';
import { LanguageClient, TransportKind, type ServerOptions } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

/** Called by the editor when a script is opened for the first time. */
export async function activate(context: ExtensionContext): Promise<void> {
  client = new LanguageClient('beryl', 'Beryl', server(), {
    documentSelector: [{ language: 'air' }],
    // The server learns of the settings at its start, and of their changes.
    initializationOptions: workspace.getConfiguration('beryl'),
    synchronize: { configurationSection: 'beryl' },
  });
  context.subscriptions.push(client);
  await client.start();
}

export const deactivate = (): Promise<void> | undefined => client?.stop();

/** The command of the settings, or that of the workspace, or the one on the path. */
function server(): ServerOptions {
  const args = ['lsp', '--stdio'];
  const command = workspace.getConfiguration('beryl').get<string>('command') ?? '';
  if (command !== '') return { command, args };
  const installed = (workspace.workspaceFolders ?? [])
    .map(({ uri }) => join(uri.fsPath, 'node_modules/beryl/bin/beryl.mjs'))
    .find(path => existsSync(path));
  if (installed !== undefined) return { module: installed, args: ['lsp'], transport: TransportKind.stdio };
  return { command: 'beryl', args, options: { shell: process.platform === 'win32' } };
}
