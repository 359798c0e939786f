import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/core/errors.ts';
import { type Envelope, EnvelopeReader } from '../../../../src/withings/http/envelope.ts';

function read(text: string, pieceBytes = text.length): Envelope {
  const bytes = Buffer.from(text);
  const reader = new EnvelopeReader();
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return reader.finish();
}

const FRAMES =
  '{"status":0,"body":{"rawdata":[{"data":{"id":[1,2],"rawdata":[7]},"type":2},{"data":"","type":2}],"more":1,"offset":2}} \n';

test('keeps what is said of the samples, and counts frames and rows', () => {
  expect(read(FRAMES)).toEqual({
    status: 0,
    error: null,
    body: { more: 1, offset: 2 },
    frames: 2,
    samples: 2,
    signal: null,
  });
});

test('reads the same however the bytes are cut', () => {
  for (let piece = 1; piece <= FRAMES.length; piece++) expect(read(FRAMES, piece)).toEqual(read(FRAMES));
});

test('refuses an answer that is cut anywhere', () => {
  const end = FRAMES.trimEnd().length;
  for (let length = 0; length < end; length++) {
    expect(() => read(FRAMES.slice(0, length)), String(length)).toThrow(InputError);
  }
});

test('counts the samples of a recording', () => {
  expect(read('{"status":0,"body":{"signal":[1,-2,3],"sampling_frequency":300}}').samples).toBe(3);
});

test.for([
  ['[1,-2,3]', 'present'],
  ['"1,2"', 'present'],
  ['"[1,2]"', 'present'],
  ['"1dTV"', 'present'],
  ['[]', 'pending'],
  ['""', 'pending'],
  ['" [ ] "', 'pending'],
  ['null', 'pending'],
] as const)('a signal %s is %s, and not kept', ([signal, state]) => {
  const envelope = read(`{"status":0,"body":{"signal":${signal},"sampling_frequency":300,"filtered":[1,2]}}`);
  expect(envelope).toMatchObject({ signal: state, body: { sampling_frequency: 300 } });
  expect(Object.keys(envelope.body)).toEqual(['sampling_frequency']);
});

test('takes the empty array of PHP, null and nothing for an empty body', () => {
  for (const text of ['{"status":0,"body":[]}', '{"status":0,"body":null}', '{"status":0}', '{"status":0,"body":{}}']) {
    expect(read(text), text).toEqual({ status: 0, error: null, body: {}, frames: null, samples: 0, signal: null });
  }
});

test('gives the words of the server, whatever its body is then', () => {
  expect(read('{"status":503,"body":"oops","error":"Invalid Params: code"}')).toMatchObject({
    status: 503,
    error: 'Invalid Params: code',
    body: {},
  });
});

test('a member named __proto__ is a member', () => {
  const { body } = read('{"status":0,"body":{"__proto__":{"more":true},"offset":1}}');
  expect(body['more']).toBeUndefined();
  expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
});

describe('refuses', () => {
  test.for([
    ['an HTML page', '<html><body>502 Bad Gateway</body></html>'],
    ['something behind the end', '{"status":0,"body":{}} x'],
    ['two answers', '{"status":0}{"status":0}'],
    ['a status that is none', '{"status":"ok","body":{}}'],
    ['no status', '{"body":{}}'],
    ['an array', '[{"status":0}]'],
    ['a body that is text', '{"status":0,"body":"x"}'],
    ['white space', '  \n'],
  ] as const)('%s', ([, text]) => {
    for (const piece of [1, text.length]) expect(() => read(text, piece)).toThrow(InputError);
  });
});
