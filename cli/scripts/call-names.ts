/** A name of a call that is being typed. */
export interface CallName {
  readonly part: 'service' | 'function';
  /** As it stands in the script: a name, an id in quotes, or `%init_peer_id%`. */
  readonly peer: string;
  /** Of a function; empty for a service. */
  readonly service: string;
  readonly typed: string;
}

const SERVICE = /\(call\s+(?<peer>[^\s()"]+|"[^"]*")\s+\("(?<typed>[^"]*)$/u;
const FUNCTION = /\(call\s+(?<peer>[^\s()"]+|"[^"]*")\s+\("(?<service>[^"]*)"\s+"(?<typed>[^"]*)$/u;

/** The name of a service or a function, in quotes, in which a text ends. */
export function callNameAt(before: string): CallName | undefined {
  return groupsOf(SERVICE, before, 'service') ?? groupsOf(FUNCTION, before, 'function');
}

function groupsOf(form: RegExp, before: string, part: CallName['part']): CallName | undefined {
  const groups = form.exec(before)?.groups;
  if (groups === undefined) return undefined;
  return { part, peer: groups['peer'] ?? '', service: groups['service'] ?? '', typed: groups['typed'] ?? '' };
}

/** Names of services, or of functions of the service, among `service.function`. */
export function namesAt({ part, service }: CallName, functions: readonly string[]): string[] {
  if (part === 'service') return [...new Set(functions.map(name => name.slice(0, name.lastIndexOf('.'))))];
  const prefix = `${service}.`;
  return functions.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length));
}
