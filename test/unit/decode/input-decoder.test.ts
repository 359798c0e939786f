import { describe, expect, it } from 'vitest';
import { answer, collect, rejection } from './collecting-sink.ts';

const ECG = { signal: [1, 2, 3], sampling_frequency: 300 };
const LINE = JSON.stringify(answer(ECG));
const PENDING = JSON.stringify(answer({ ...ECG, signal: [] }));

describe('an input that is no answer is rejected in one line', () => {
  it.each([
    ['', 'empty: got 0 bytes without content'],
    [' \r\n\t ', 'empty: got 5 bytes without content'],
    ['<!DOCTYPE html><html>', 'an HTML page, not an API answer'],
    ['\n  <html>', 'an HTML page, not an API answer'],
    [
      'hello',
      `not JSON: got a file that starts with "hello", expected an API answer or the account export's signal.csv`,
    ],
    ['123', 'not JSON: got a file that starts with "123"'],
    ['null', 'not JSON: got a file that starts with "null"'],
    ['"text"', 'not JSON: got a file that starts with'],
    ['PK\u0003\u0004\n', 'not JSON: got a zip archive; unpack it first'],
    ['date,steps\n2020-01-01,5\n', 'not JSON: got a file that starts with "date,steps\\u000a2020-'],
    ['{', 'truncated JSON: the input ends at byte 1, expected a key in quotes or }'],
    [
      '{"status":0,"body":{"signal":[1,2',
      'truncated JSON: the input ends at byte 33 in body.signal[1], expected a number',
    ],
    [
      '{"status":0,"body":{"signal":"1,2',
      'truncated JSON: the input ends at byte 33 in body.signal, expected the closing quote',
    ],
    ['{"status":0,"body":tru', 'truncated JSON: the input ends at byte 22 in body, expected a value'],
    ['{"a":1}x', 'not JSON at byte 7: got more behind the end of the document'],
    ['{"a":1} 1', 'not JSON at byte 8: got more behind the end of the document'],
    ['{"a" 1}', 'not JSON at byte 5 in a: got "1", expected a colon'],
    ['{"rawdata":[{"data":{"id":[1,2x', 'not JSON at byte 30 in rawdata[0].data.id[2]: got "x", expected , or ]'],
    ['[]', 'got an empty array, expected an API answer'],
    ['[1,2]', 'got an array that does not hold objects'],
    ['{}', 'not a known answer: got an object without signal, rawdata, series or devices'],
    ['{"status":0,"body":{"measuregrps":[]}}', 'not a known answer'],
    ['{"status":0,"body":7}', 'body: got 7, expected an object'],
    ['{"status":"good","body":{}}', 'status: got "good", expected a whole number'],
    ['{"more":false,"offset":0}', 'not a known answer'],
    ['{"status":"503","body":{}}', 'the API refused this request: status 503'],
    ['{"status":0,"body":{"series":"none"}}', 'body.series: got "none", expected an array'],
    [
      '{"status":401,"body":{},"error":"XRequestID: Not provided invalid_token"}',
      'status 401 "XRequestID: Not provided',
    ],
    ['{"status":601,"error":"a\\nb"}', 'the API refused this request: status 601 "a\\u000ab", expected status 0'],
    ['{"response":null,"kind":"ecg"}', 'response: got null, expected an object'],
    ['{"response":{"status":503}}', 'the API refused this request: status 503'],
    ['['.repeat(100_000), 'nested too deeply at byte 64: got more than 64 open brackets'],
    ['{"a":'.repeat(100_000), 'nested too deeply at byte 320'],
  ])('%#', (input, message) => {
    const reason = rejection(input);
    expect(reason).toContain(message);
    expect(reason).not.toContain('\n');
  });

  it('with the byte of what is not UTF-8', () => {
    const input = Buffer.concat([Buffer.from('{"error":"ab'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(rejection(input)).toBe('not JSON at byte 12 in error: got byte 0xc3, expected UTF-8');
  });

  it('with its first bytes when it is binary', () => {
    expect(rejection(Uint8Array.of(0x00, 0x01, 0xff))).toContain('starts with "\\u0000\\u0001ÿ"');
    expect(rejection(Uint8Array.of(0xff, 0xfe, 0x7b, 0x00))).toContain('text in UTF-16');
    expect(rejection(Uint8Array.of(0xef, 0xbb, ...Buffer.from(LINE)))).toContain(
      'not JSON: got a file that starts with',
    );
    expect(rejection(Uint8Array.of(0xef, 0xbb))).toContain('empty: got 2 bytes without content');
  });
});

describe('an answer that is good and holds nothing is no failure', () => {
  it.each([
    '{"status":0}',
    '{"status":0,"body":null}',
    '{"status":0,"body":[]}',
    '{"status":0,"body":{}}',
    '{"status":0,"body":""}',
    '{"status":"0","body":{"more":false,"offset":0}}',
    '{"response":{"status":0,"body":{}},"kind":"ppg","userid":"363"}',
  ])('%s', (input) => {
    const { documents, notices, recordings } = collect(input);
    expect([documents, recordings]).toEqual([['0 ok'], []]);
    expect(notices).toEqual([expect.stringMatching(/body holds nothing, with status 0: no data, or no entitlement/)]);
  });

  it.each(['ecg', 'stetho'])('but is awaited, where an %s was asked for', (kind) => {
    for (const body of [{}, [], null]) {
      expect(collect({ kind, signalid: 48, response: { status: 0, body } }).documents).toEqual(['0 pending']);
    }
  });

  it.each(['rawdata', 'series', 'devices'])('and %s may be an empty object, or null', (list) => {
    for (const nothing of [{}, [], null]) {
      expect(collect(answer({ [list]: nothing, more: 0 }))).toMatchObject({ documents: ['0 ok'], notices: [] });
    }
  });

  it.each([{}, [], null, '', ' [ ] '])('and a signal is awaited that is %j', (signal) => {
    expect(collect(answer({ ...ECG, signal })).documents).toEqual(['0 pending']);
  });
});

describe('documents of an input', () => {
  it.each([
    ['an envelope', answer(ECG)],
    ['a bare body', ECG],
    ['a wrapper around an envelope', { response: answer(ECG) }],
    ['a wrapper around a bare body', { userid: 1, response: ECG }],
    ['an array of one', [answer(ECG)]],
  ])('may be %s', (_, input) => {
    const { documents, recordings } = collect(JSON.stringify(input));
    expect(documents).toEqual(['0 ok']);
    expect(recordings).toHaveLength(1);
  });

  it('start behind a byte order mark and white space, in chunks of any size', () => {
    const bytes = Buffer.from(`\ufeff\n ${LINE}\n`);
    expect(collect(bytes).documents).toEqual(['0 ok']);
    expect(collect([...bytes].map((byte) => Uint8Array.of(byte))).documents).toEqual(['0 ok']);
  });

  it('stand one a line, with or without a line end, with empty lines between', () => {
    expect(collect(`${LINE}\n${PENDING}\r\n\n  \n${LINE}`).documents).toEqual(['0 ok', '1 pending', '2 ok']);
  });

  it('may be written over several lines each', () => {
    const pretty = JSON.stringify(answer(ECG), null, 2);
    expect(collect(`${pretty}\n${pretty}\n`).documents).toEqual(['0 ok', '1 ok']);
  });

  it('may be the elements of an array, each good or bad by itself', () => {
    const { documents } = collect(`[${LINE},\n{"status":7},${LINE},{"rawdata":[{"type":9}]},${PENDING}]`);
    expect(documents.map((line) => line.slice(0, 10))).toEqual([
      '0 ok',
      '1 rejected',
      '2 ok',
      '3 rejected',
      '4 pending',
    ]);
  });

  it('of an array end with what is not JSON', () => {
    const { documents } = collect(`[${LINE},${LINE},{"a":}]`);
    expect(documents.map((line) => line.slice(0, 10))).toEqual(['0 ok', '1 ok', '2 rejected']);
  });
});

describe('a bad document', () => {
  const bad = ['{"status":0,"body":{"signal":[1,2', '{"a":x}', 'hello', '"', '[[[', '{"status":7}', `${LINE}x`];

  it.each(bad)('on a line of its own does not stop the lines behind it: %s', (line) => {
    for (const name of ['a.ndjson', 'a.jsonl', 'A.NDJSON.gz', 'a.jsonl.gz']) {
      const { documents } = collect(`${LINE}\n${line}\n${LINE}\n`, name);
      expect(documents.map((text) => text.slice(0, 10))).toEqual(['0 ok', '1 rejected', '2 ok']);
    }
    expect(collect(`${LINE}\n${line}\n${PENDING}`, 'a.json').documents.at(-1)).toBe('2 pending');
  });

  it('on the first line does not stop the others when the name says that lines are documents', () => {
    const input = `{"a":\n${LINE}\n`;
    expect(collect(input, 'a.jsonl').documents.map((text) => text.slice(0, 10))).toEqual(['0 rejected', '1 ok']);
    expect(collect(input, 'a.json').documents).toHaveLength(1);
  });

  it('ends an input that is not one document a line', () => {
    const pretty = JSON.stringify(answer(ECG), null, 2);
    const { documents } = collect(`${pretty}\n{"a":x}\n${pretty}\n`);
    expect(documents.map((text) => text.slice(0, 10))).toEqual(['0 ok', '1 rejected']);
  });

  it('that is JSON but no answer does not end it', () => {
    const pretty = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
    const { documents } = collect(pretty(answer(ECG)) + pretty({ status: 7 }) + pretty(answer(ECG)));
    expect(documents.map((text) => text.slice(0, 10))).toEqual(['0 ok', '1 rejected', '2 ok']);
  });
});

describe('memory is bounded', () => {
  it.each([
    ['samples', '{"signal":[', '1,', 'too many samples at byte'],
    ['samples as text', '{"signal":"', '1,', 'bytes of samples as text'],
    ['text', '{"error":"', 'some text', 'bytes of text beside the samples'],
    ['columns', '{"a":[', '[1],', 'values beside the samples'],
    ['objects', '{"a":[', '{},', 'values beside the samples'],
    ['texts', '{"a":[', '"x",', 'values beside the samples'],
    ['digits', '{"a":1', '1', 'too long a number at byte 5 in a: got more than 4096 characters'],
    ['values among numbers', '{"a":[1,null,', '2,', 'values beside the samples'],
    ['samples of a frame', '{"rawdata":[{"data":{"id":[', '7,', 'got more than 4194304, expected at most that many'],
  ])('however many %s an input holds', (_, head, part, message) => {
    const peakBefore = process.resourceUsage().maxRSS;
    const chunk = Buffer.from(part.repeat(Math.ceil(2 ** 20 / part.length)));
    const { errors } = collect([Buffer.from(head), ...Array<Uint8Array>(200).fill(chunk)]);
    expect(errors[0]?.message).toContain(message);
    expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(400_000); // KiB
  });
});
