/**
 * `beryl/channels`: what channels to services in other processes need of Node: child processes, sockets, files of keys and their
 * encryption. The channels themselves are in `beryl/services`.
 *
 * @packageDocumentation
 */
export { childProcess, type ChildProcessOptions } from './child-process.ts';
export { socket, type SocketAddress } from './socket.ts';
export { serveStdio } from './serve-stdio.ts';
export { serveSocket, type SocketServer } from './serve-socket.ts';
export { keyFile } from './key-file.ts';
export { scryptVault, type ScryptOptions } from './scrypt-vault.ts';
