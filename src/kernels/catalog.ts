/**
 * Every kernel with its twins. Tests and benches walk this table: a row here is tested and timed without further ado.
 *
 * `reference` is the definition as the standard or the textbook writes it, slow on purpose; `fast` is what runs, or `wasm`.
 * `tolerance` is the largest allowed |fast - reference| relative to the reference's peak; 0 means bit for bit.
 */

export type KernelEntry<F> = {
  readonly reference: F;
  readonly fast: F;
  /** The WebAssembly twin, equal to `fast` bit for bit; `null` where it is not wanted or not to be had. */
  readonly wasm?: () => F | null;
  readonly tolerance: number;
  /** Where the definition comes from. */
  readonly source: string;
};
