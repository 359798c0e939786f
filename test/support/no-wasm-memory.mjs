// Loaded into a process, and with it into its threads: WebAssembly gets no memory, as under a limit of addresses. How an
// engine behaves under a real limit (ulimit -v) differs from version to version.
WebAssembly.Memory = function refuse() {
  throw new RangeError('WebAssembly.Memory(): could not allocate memory');
};
