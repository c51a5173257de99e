import { printable } from '../../base/printable.ts';
import type { ServiceInstance } from '../../services/index.ts';

/** A service on one line: its functions with their arguments; `!` marks what a guard checks. */
export function servicesText({ id, definition }: ServiceInstance): string {
  const functions = [...definition.functions.values()].map(({ name, arguments: args }) => {
    const given = args.map(({ name: argument, guard }) => `${argument}${guard === undefined ? '' : '!'}`);
    return `${name}(${given.join(', ')})`;
  });
  return printable(`${id}: ${functions.join(', ')}`);
}
