import { callSchema, type ServiceDefinition } from '../services/index.ts';

/** What JSON Schema says of a value, as far as Aqua has types for it. */
interface Schema {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly prefixItems?: readonly Schema[];
  readonly minimum?: number;
}

/**
 * The Aqua declaration of a service: its data types and functions. What a schema says and Aqua has no type for becomes `⊤`: also
 * a value that may be `null`, since an option of Aqua is a list.
 *
 * @param name Name of the service in Aqua, such as `Blog`; its id with a capital letter if left out.
 * @throws {TypeError} If this is not what `defineService` gives.
 * @spec docs/aqua.md#declarations
 * @example declare(blog({ authPeer })) // 'service BlogSrv("blogSrv"):\n  add_post(text: string, is_admin: bool) -> …'
 */
export function declare(definition: ServiceDefinition, name: string = nameOf(definition.id)): string {
  const writer = new Declarations(name);
  const { service, functions } = callSchema(definition as ServiceDefinition);
  const lines = Object.entries(functions).map(([fn, { arguments: args, names, result }]) => {
    const items = (args as Schema).prefixItems ?? [];
    const list = names.map(
      (argument, i) => `${argument}: ${writer.typeOf(items[i] ?? {}, `${fn}_${argument}`)}`,
    );
    const answer =
      Object.keys(result).length === 0 ? '' : ` -> ${writer.typeOf(result as Schema, `${fn}_result`)}`;
    return `  ${fn}(${list.join(', ')})${answer}`;
  });
  return [...writer.data, `service ${name}(${JSON.stringify(service)}):`, ...lines, ''].join('\n');
}

const nameOf = (id: string): string => {
  const words = id.split(/[^A-Za-z0-9]+/u).filter(word => word !== '');
  const text = words.map(word => word[0]?.toUpperCase() + word.slice(1)).join('');
  return /^[A-Z]/u.test(text) ? text : `Service${text}`;
};

/** Aqua names its data types: they are declared before the service. */
class Declarations {
  readonly data: string[] = [];
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  typeOf(schema: Schema, path: string): string {
    switch (schema.type) {
      case 'string':
        return 'string';
      case 'boolean':
        return 'bool';
      case 'integer':
        return (schema.minimum ?? -1) >= 0 ? 'u64' : 'i64';
      case 'number':
        return 'f64';
      case 'array':
        return `[]${this.typeOf(schema.items ?? {}, path)}`;
      case 'object':
        return this.#struct(schema, path);
      default:
        return '⊤';
    }
  }

  #struct({ properties = {} }: Schema, path: string): string {
    const fields = Object.entries(properties);
    if (fields.length === 0) return '⊤';
    const name = this.#prefix + nameOf(path);
    const lines = fields.map(([field, type]) => `  ${field}: ${this.typeOf(type, `${path}_${field}`)}`);
    this.data.push(`data ${name}:`, ...lines, '');
    return name;
  }
}
