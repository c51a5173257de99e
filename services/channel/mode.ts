import { isOneOf } from '../../base/options.ts';

/**
 * What a side demands of messages. `enforce`: a message that is not proven is rejected. `monitor`: it is processed, logged and counted.
 * `off`: nothing is checked but the form, and this side uses no keys.
 */
export type ChannelMode = 'off' | 'monitor' | 'enforce';

export const isChannelMode = isOneOf('off', 'monitor', 'enforce');
