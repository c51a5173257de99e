/** The part of WebAssembly's interface that guests need: neither the language's types nor those of Node 20 have it. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class LinkError extends Error {}
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: object): Promise<Instance>;
}
