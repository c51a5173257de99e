/** Made by `build/examples.mjs`. */
declare module 'virtual:examples' {
  export const examples: readonly {
    readonly name: string;
    /** Scripts, network files and `case.json`, by file name. */
    readonly texts: Readonly<Record<string, string>>;
  }[];
  /** Modules of services, by `<example>/<file>`. */
  export const modules: ReadonlyMap<string, { readonly default?: unknown }>;
}
