/**
 * What one input may ask for. Far above anything a device delivers, low enough that a hostile or broken file ends in one
 * line instead of an exhausted memory.
 */

/** Brackets open at a time. An API answer has at most 8. */
export const MAX_NESTING = 64;

/** Values of one array outside of frames: 15 h of ECG at 300 Hz (a recording lasts 30 s). */
export const MAX_RECORDING_SAMPLES = 2 ** 24;

/** Values of one column of a frame: 46 h at 25 Hz (a frame spans about 52 s). */
export const MAX_FRAME_SAMPLES = 2 ** 22;

/** Values of all numeric arrays of a document or list element together: a frame of 16 full columns. */
export const MAX_NUMBERS = 2 ** 26;

/** Columns of one frame; today's have 5 or 11. */
export const MAX_FRAME_COLUMNS = 64;

/** UTF-8 bytes of texts that may carry samples (`signal`, `data`), together per document or list element. */
export const MAX_SIGNAL_TEXT_BYTES = 64 * 2 ** 20;

/** UTF-8 bytes of all other keys and texts, together per document or list element. */
export const MAX_TEXT_BYTES = 16 * 2 ** 20;

/** Values that are not in a numeric array, per document or list element. */
export const MAX_VALUES = 2 ** 20;

/** Characters of one number: a float64 needs 24, exact decimal expansions 1,077. */
export const MAX_NUMBER_BYTES = 4096;

/** Bytes of a header line that is to be told from any other text. */
export const MAX_HEADER_BYTES = 65_536;

/** Fields of one row of CSV; the account export has 6 to 10. */
export const MAX_CSV_FIELDS = 1024;
