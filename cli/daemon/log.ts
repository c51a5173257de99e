import { CliError } from '../errors.ts';

/** Fields of a line: names, ids, codes, counts. Values of scripts do not belong here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line per decision. */
export interface Log {
  write(level: LogLevel, message: string, fields?: LogFields): void;
  /** The newest lines, oldest first. */
  recent(count: number): readonly string[];
}

/** Lines that `beryl peer log` can show. */
const RECENT_MAX = 1000;
/** UTF-16 units of a field: what strangers write can be long. */
const FIELD_MAX = 500;
/** UTF-16 units of the field `stack`, which is for the author of a module. */
const STACK_MAX = 4000;

/**
 * A log on a stream, by pino.
 *
 * @throws {CliError} `ERR_CLI_PACKAGE` if pino is not installed.
 */
export async function openLog(
  { level, format }: { readonly level: LogLevel; readonly format: 'json' | 'pretty' },
  out: (line: string) => void,
): Promise<Log> {
  const { pino } = await loadPino();
  const lines: string[] = [];
  const stream = {
    write(line: string): void {
      const text = format === 'pretty' ? prettyLine(line) : line.trimEnd();
      lines.push(text);
      if (lines.length > RECENT_MAX) lines.shift();
      out(text);
    },
  };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
    },
    stream,
  );
  return {
    write: (at, message, fields = {}) => logger[at](shortened(fields), message),
    recent: count => lines.slice(-count),
  };
}

async function loadPino() {
  try {
    return await import('pino');
  } catch (cause) {
    throw new CliError('ERR_CLI_PACKAGE', 'pino is not installed: run `npm install pino@10`', {}, { cause });
  }
}

function shortened(fields: LogFields): Record<string, unknown> {
  const short = Object.entries(fields).map(([name, value]) => {
    const max = name === 'stack' ? STACK_MAX : FIELD_MAX;
    return [name, typeof value === 'string' && value.length > max ? `${value.slice(0, max)}…` : value];
  });
  return Object.fromEntries(short) as Record<string, unknown>;
}

function prettyLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [String(time), String(level).padEnd(5), String(msg), ...rest].join(' ');
}
