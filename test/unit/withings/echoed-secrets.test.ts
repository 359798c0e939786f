import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getHeart, getHeartByToken } from '../../../src/withings/endpoints/heart.ts';
import { SecretFinder, withoutSecrets } from '../../../src/withings/http/secrets.ts';
import { CLIENT_SECRET, startBench } from '../../support/api-client.ts';

const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0aabbccdd';
const REFRESH = 'refresh/"with" marks\\and-ä';
const USER = { userId: '363', tokens: { accessToken: async () => TOKEN, secretsOf: () => [REFRESH] } };

/** Forms that a server, a proxy or a page within a page may give a text: all of them are that text when read. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in a URL': (text) => encodeURIComponent(text),
  'in a form': (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'in a URL in a URL': (text) => encodeURIComponent(encodeURIComponent(text)),
  'all percent': (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
};

/** The same, as JSON may write a text. */
const WRITERS: Readonly<Record<string, (text: string) => string>> = {
  plainly: (text) => JSON.stringify(text),
  'as PHP does': (text) => JSON.stringify(text).replaceAll('/', '\\/').replaceAll('ä', '\\u00e4'),
  'in escapes only': (text) =>
    `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0').toUpperCase()}`).join('')}"`,
  'in a text of JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'in a text of JSON with escapes': (text) =>
    JSON.stringify(
      `{"text":"\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(text.slice(1)).slice(1)}}`,
    ),
};

const CASES = [TOKEN, REFRESH, CLIENT_SECRET].flatMap((secret) =>
  Object.keys(FORMS).flatMap((form) => Object.keys(WRITERS).map((writer) => [secret, form, writer] as const)),
);

function answerWith(secret: string, form: string, writer: string): string {
  const echo = WRITERS[writer]!(`Bearer ${FORMS[form]!(secret)}!`);
  return `{"status":0,"body":{"signal":[1,2,3],"sampling_frequency":300,"model":93,"echo":${echo}}}`;
}

describe('a secret of the request that an answer repeats', () => {
  it.each(CASES)('is replaced: %s, %s, %s', (secret, form, writer) => {
    const text = answerWith(secret, form, writer);
    const { content, replaced } = withoutSecrets(Buffer.from(text), [TOKEN, REFRESH, CLIENT_SECRET]);
    const clean = Buffer.from(content).toString();
    expect(replaced).toBe(1);
    const echo: unknown = JSON.parse(clean);
    expect(echo).toMatchObject({
      status: 0,
      body: { signal: [1, 2, 3], echo: expect.stringContaining('earer ***!') },
    });
    expect(found([Buffer.from(text)])).toBe(true);
    expect(found([Buffer.from(clean)])).toBe(false);
  });

  it('is found however the answer is cut into pieces', () => {
    const piece = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(fc.constantFrom(...CASES), fc.array(piece, { minLength: 1, maxLength: 40 }), ([...which], sizes) => {
        const text = Buffer.from(answerWith(...which));
        const pieces: Buffer[] = [];
        for (let at = 0, i = 0; at < text.length; at += sizes[i++ % sizes.length]!) {
          pieces.push(text.subarray(at, at + sizes[i % sizes.length]!));
        }
        expect(found(pieces)).toBe(true);
      }),
    );
  });

  it('is no part of what was measured', () => {
    const page = Buffer.from(
      `{"status":0,"body":{"rawdata":[${Array.from({ length: 5000 }, (_, i) => 10_000_000 + i).join(',')}]}}`,
    );
    expect(withoutSecrets(page, ['10000007', '1234567', '', 'status'])).toEqual({ content: page, replaced: 0 });
    // The letter belongs to a line break.
    const text = '{"status":0,"body":{"text":"\\nobody-knows-this"}}';
    expect(withoutSecrets(Buffer.from(text), ['nobody-knows-this']).replaced).toBe(0);
    const escaped = '{"status":0,"body":{"text":"\\\\nobody-knows-this"}}';
    expect(withoutSecrets(Buffer.from(escaped), ['nobody-knows-this']).replaced).toBe(1);
  });

  it.each([true, false])('does not reach the caller, and is told; gzip: %s', async (isGzip) => {
    const { client, notices } = await startBench(({ headers }, response) => {
      const text = answerWith(String(headers.authorization).replace('Bearer ', ''), 'as it is', 'plainly');
      const bytes = isGzip ? gzipSync(text) : Buffer.from(text);
      if (isGzip) response.setHeader('content-encoding', 'gzip');
      // In pieces, one of which ends within the token.
      response.write(bytes.subarray(0, bytes.length - 30));
      setImmediate(() => response.end(bytes.subarray(bytes.length - 30)));
      return undefined;
    });
    const { answer } = await getHeart(client, USER, 48);
    const clean = Buffer.from(answerWith('***', 'as it is', 'plainly'));
    expect(Buffer.from(answer.payload).toString()).toBe(clean.toString());
    expect(answer).toMatchObject({ encoding: 'identity', replaced: 1, envelope: { samples: 3, signal: 'present' } });
    expect(answer.envelope.body['echo']).toBe('Bearer ***!');
    expect(answer.sha256).toBe(createHash('sha256').update(clean).digest('hex'));
    expect(notices).toEqual([
      expect.stringMatching(/^heart get for user "363": the answer repeated a secret of the request/),
    ]);
  });

  it('is one of a signature, too: nonce, signature, token of the signal', async () => {
    const nonce = 'a-nonce-that-is-used-once';
    const { client } = await startBench(({ form }) => {
      if (form.get('action') === 'getnonce') return { status: 0, body: { nonce } };
      return { status: 0, body: { signal: [1], sampling_frequency: 300, echo: Object.fromEntries(form) } };
    });
    const { answer } = await getHeartByToken(client, 'token-of-one-signal');
    expect(answer.replaced).toBe(3);
    expect(answer.envelope.body['echo']).toMatchObject({
      nonce: '***',
      signature: '***',
      signal_token: '***',
      action: 'get',
    });
  });

  it('costs nothing where there is none: the answer is as received', async () => {
    const text = '{"status":0,"body":{"signal":[1,2],"sampling_frequency":300,"note":"50 % \\u00e9"}}';
    const { client, notices } = await startBench((_, response) => void response.end(text));
    const { answer } = await getHeart(client, USER, 48);
    expect([Buffer.from(answer.payload).toString(), answer.replaced, notices]).toEqual([text, 0, []]);
  });
});

function found(pieces: readonly Buffer[]): boolean {
  const finder = new SecretFinder([TOKEN, REFRESH, CLIENT_SECRET]);
  for (const piece of pieces) finder.push(piece);
  return finder.found;
}
