/** The part of the WebAssembly JavaScript interface (W3C) that is used here; TypeScript has it only among browser types. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  const Module: new (binary: Uint8Array) => Module;
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared?: boolean });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: { readonly memory: Memory } });
    readonly exports: unknown;
  }
  function validate(binary: Uint8Array): boolean;
}
