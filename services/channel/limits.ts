/** Every bound of channels, each with its reason. */

/** Bytes of one frame, when nothing else is set: arguments and answers of services are small; a particle's data has its own bound. */
export const FRAME_BYTES_MAX = 4 * 1024 * 1024;

/** Bytes of a frame before the other side has proven its key: hello, welcome and ready are short. */
export const FIRST_FRAME_BYTES_MAX = 1024;

/** Calls of one channel that wait for their answers. */
export const CALLS_MAX = 256;

/** Bytes that were written and that the other side has not taken yet; also those that arrive while a key is stored. */
export const WAITING_BYTES_MAX = 16 * 1024 * 1024;

/** Frames beside those of calls that may wait while a key is stored. */
export const CONTROL_FRAMES_MAX = 16;

/** How far the time of a message may be from the receiver's clock, milliseconds. */
export const WINDOW_MS = 30_000;

/** How long the first messages of a connection may take, milliseconds: a child process starts meanwhile. */
export const HANDSHAKE_MS = 30_000;

/** How long a call waits for a connection, milliseconds. */
export const CONNECT_WAIT_MS = 5_000;

/** Waits between attempts to connect: from the first to the longest, doubled each time, milliseconds. */
export const BACK_OFF_MS = [100, 30_000] as const;

/** A connection that lasted so long counts as sound: the next wait is the first one again, milliseconds. */
export const SOUND_MS = 10_000;

/** Connections that one service serves at a time. */
export const CONNECTIONS_MAX = 8;

/** Channels of one key service. */
export const CHANNELS_MAX = 1024;

/** Keys of one channel, those that are going out of use included. */
export const KEYS_MAX = 16;

/** One-time keys of one channel that are not used yet. */
export const BOOTSTRAPS_MAX = 16;

/** Bytes of a channel's name. */
export const NAME_BYTES_MAX = 128;

/** Rejected messages that are logged in a minute. */
export const REJECTS_LOGGED_MAX = 60;

/** Rejected messages of one connection: an honest side causes none, and a side that causes so many only makes work. */
export const REJECTS_MAX = 100;

/** Bytes of short refusals that may wait beyond the bound for waiting bytes: one for each call in progress fits. */
export const REFUSAL_BYTES_MAX = 1024 * 1024;

/** Calls of other services that a service has asked its host for, and that are in progress: of all calls of one connection. */
export const ASKS_MAX = 256;

/** UTF-16 units of the contents of those. */
export const ASKS_SIZE_MAX = 16 * 1024 * 1024;

/** UTF-16 units of the contents of all asks of one call: each is parsed and checked, whatever becomes of it. */
export const ASKS_OF_CALL_SIZE_MAX = 64 * 1024 * 1024;

/** Calls that were given up and about which messages may still arrive: those of the time that a message takes. */
export const CANCELLED_MAX = 1024;

/** Bytes of a frame beside name and content. */
export const FRAME_OVERHEAD_BYTES = 70;
