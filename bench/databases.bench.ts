/**
 * An answer of PPG to columns, against the two programs that are widely used to make columns of JSON, one thread each.
 *
 * Both give up at a frame without samples, whose `data` is an empty text where others have an object; so all get the answer
 * without those.
 */

import { DuckDBInstance } from '@duckdb/node-api';
import { rawdataDocument } from './support/answers.ts';
import { decodeAnswer } from './support/decode.ts';
import { answerOnDisk } from './support/disk-inputs.ts';
import type { Comparison } from './support/harness.ts';

/** 24 MB. */
const HOURS = 4;

const COLORS = ['green', 'red', 'ir'];
const COLUMNS = [
  'timestamp',
  'id',
  ...COLORS.flatMap((color) => [`ppg_${color}`, `agc_${color}_adc_range`, `agc_${color}_current_ua`]),
];

export const comparisons: readonly Comparison[] = [
  {
    name: 'decode: ppg JSON to columns, against read_json of DuckDB',
    async prepare() {
      const bytes = answer();
      const query = duckdbQuery(answerOnDisk('ppg', bytes));
      const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
      const connection = await instance.connect();
      const rival = async (): Promise<number> => {
        const result = await connection.stream(query);
        let rows = 0;
        for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk()) {
          rows += chunk.rowCount;
        }
        return rows;
      };
      expectAllValues(bytes, await rival());
      return {
        ours: () => decodeAnswer(bytes),
        rival,
        bytes: bytes.length,
        close() {
          connection.closeSync();
          instance.closeSync();
        },
      };
    },
  },
  {
    name: 'decode: ppg JSON to columns, against readJSON of Polars',
    async prepare() {
      const bytes = answer();
      // Read once, when its library is loaded.
      process.env['POLARS_MAX_THREADS'] = '1';
      const { default: polars } = await import('nodejs-polars');
      const field = (parent: string, name: string) => polars.col(parent).struct.field(name).alias(name);
      const rival = (): number =>
        polars
          .readJSON(bytes, { format: 'json' })
          .select(field('response', 'body'))
          .select(field('body', 'rawdata'))
          .explode('rawdata')
          .select(field('rawdata', 'data'))
          .unnest('data')
          .explode(COLUMNS).height;
      expectAllValues(bytes, rival());
      return { ours: () => decodeAnswer(bytes), rival, bytes: bytes.length };
    },
  },
];

function answer(): Buffer {
  return Buffer.from(rawdataDocument('ppg', HOURS).replaceAll(/\{"data":""[^}]*\},?/g, ''));
}

function duckdbQuery(path: string): string {
  const types = COLUMNS.map((name) => `${name} ${name === 'timestamp' ? 'BIGINT' : 'INTEGER'}[]`);
  const schema = `STRUCT(body STRUCT(rawdata STRUCT(data STRUCT(${types.join(', ')}))[]))`;
  const columns = COLUMNS.map((name) => `unnest(frame.data.${name}) AS ${name}`);
  return `SELECT ${columns.join(', ')} FROM (
    SELECT unnest(response.body.rawdata) AS frame
    FROM read_json('${path}', columns = {response: '${schema}'}, maximum_object_size = 1000000000)
  )`;
}

function expectAllValues(bytes: Buffer, rows: number): void {
  const values = decodeAnswer(bytes);
  if (rows * COLUMNS.length !== values)
    throw new Error(`bench: the rival made ${rows} rows, ours has ${values} values`);
}
