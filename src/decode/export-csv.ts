/** The account export's `signal.csv`: a header, then one recording a row; each row is a document of its own. */

import { InputError } from '../core/errors.ts';
import { TextScanner } from '../json/text-scanner.ts';
import { CsvRows } from './csv-rows.ts';
import type { DecodedSink } from './decoded-sink.ts';
import { EXPORT_COLUMNS, readExportRow } from './export-row.ts';

/** Columns whose names tell the file from any other CSV. */
const TELLING_COLUMNS = ['date', 'frequency', 'signal'];

export class ExportCsv {
  readonly #sink: DecodedSink;
  readonly #unknown: () => InputError;
  readonly #rows: CsvRows;
  readonly #texts = new TextScanner();
  #header: readonly string[] | null = null;
  #index = 0;
  #isSpoilt = false;

  /**
   * @param offset of the first byte that will be pushed, for messages
   * @param unknown says what an input is whose first line is not the header
   */
  constructor(sink: DecodedSink, offset: number, unknown: () => InputError) {
    this.#sink = sink;
    this.#unknown = unknown;
    this.#rows = new CsvRows(offset, (fields) => {
      if (this.#header === null) this.#header = this.#readHeader(fields);
      else this.#readRow(this.#header, fields);
    });
  }

  push(chunk: Uint8Array): void {
    this.#guarded(() => this.#rows.push(chunk));
  }

  finish(): void {
    this.#guarded(() => {
      this.#rows.finish();
      if (this.#header === null) throw this.#unknown();
    });
  }

  #readHeader(fields: readonly string[]): readonly string[] {
    const names = fields.map((name) => name.trim().toLowerCase());
    if (!TELLING_COLUMNS.every((name) => names.includes(name))) throw this.#unknown();
    this.#rows.want(names.map((name) => EXPORT_COLUMNS.includes(name)));
    return names;
  }

  /** What is wrong with the values of a row ends with the row. */
  #readRow(header: readonly string[], fields: readonly string[]): void {
    const index = this.#index++;
    try {
      if (fields.length !== header.length) {
        throw new InputError(
          `row ${index + 1}: got ${fields.length} fields, expected ${header.length} as in the header`,
        );
      }
      const wanted = header.flatMap((name, i): [string, string][] =>
        EXPORT_COLUMNS.includes(name) ? [[name, fields[i] as string]] : [],
      );
      const recording = readExportRow(new Map(wanted), this.#texts, (text) =>
        this.#sink.notice(`row ${index + 1}: ${text}`),
      );
      if (recording !== null) this.#sink.recording(recording);
      this.#sink.documentEnd({ index, status: recording === null ? 'pending' : 'ok', userId: null, timezone: null });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#sink.documentRejected({ index, error });
    }
  }

  /** What is wrong with the quotes leaves no way to tell where the next row begins. */
  #guarded(work: () => void): void {
    if (this.#isSpoilt) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#isSpoilt = true;
      this.#sink.documentRejected({ index: this.#index++, error: this.#header === null ? this.#unknown() : error });
    }
  }
}
