import type { GuestMemory } from './guest-memory.ts';

/** Ends a guest that calls `proc_exit`. */
export class GuestExit extends Error {}

const [SUCCESS, BAD_DESCRIPTOR, NO_CAPABILITY] = [0, 8, 76];

interface WasiParts {
  readonly memory: () => GuestMemory;
  readonly clock: number | undefined;
  readonly random: (() => number) | undefined;
}

/** System calls of WASI that reach nothing: no files, no arguments, no environment; what is written is dropped. */
export function wasiCalls({
  memory,
  clock,
  random,
}: WasiParts): Record<string, (...args: never[]) => unknown> {
  const view = (address: number, size: number): DataView => {
    const { buffer, byteOffset } = memory().bytes(address >>> 0, size);
    return new DataView(buffer, byteOffset, size);
  };
  const none = (count: number, size: number): number => {
    view(count, 4).setUint32(0, 0, true);
    view(size, 4).setUint32(0, 0, true);
    return SUCCESS;
  };
  return {
    args_get: () => SUCCESS,
    args_sizes_get: none,
    environ_get: () => SUCCESS,
    environ_sizes_get: none,
    clock_time_get: (_id: number, _precision: bigint, time: number) => {
      if (clock === undefined) return NO_CAPABILITY;
      view(time, 8).setBigUint64(0, BigInt(Math.trunc(clock)) * 1_000_000n, true);
      return SUCCESS;
    },
    random_get: (address: number, length: number) => {
      if (random === undefined) return NO_CAPABILITY;
      const bytes = memory().bytes(address >>> 0, length >>> 0);
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.floor(random() * 256);
      return SUCCESS;
    },
    fd_write: (_descriptor: number, list: number, count: number, written: number) => {
      let size = 0;
      for (let i = 0; i < count >>> 0; i += 1) size += view((list >>> 0) + i * 8 + 4, 4).getUint32(0, true);
      view(written, 4).setUint32(0, size, true);
      return SUCCESS;
    },
    fd_read: () => BAD_DESCRIPTOR,
    fd_close: () => BAD_DESCRIPTOR,
    fd_seek: () => BAD_DESCRIPTOR,
    fd_fdstat_get: () => BAD_DESCRIPTOR,
    fd_prestat_get: () => BAD_DESCRIPTOR,
    proc_exit: () => {
      throw new GuestExit();
    },
    sched_yield: () => SUCCESS,
  };
}
