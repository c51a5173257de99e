/**
 * `beryl/client`: runs scripts on a network of running peers, from programs and pages.
 *
 * @packageDocumentation
 */
export {
  connect,
  type Client,
  type ClientScriptOptions,
  type ClientState,
  type ConnectOptions,
} from './client.ts';
export { ClientError, type ClientErrorCode } from './errors.ts';
