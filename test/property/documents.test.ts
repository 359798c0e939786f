import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accelFrame, ecgAnswer, rawdataAnswer, stethoAnswer } from '../support/answers.ts';
import { collect, cutUp } from '../unit/decode/collecting-sink.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);

const MARK = '\uFEFF';

/** Documents of every shape; what each gives alone is what it must give among others. */
const ANSWERS = [
  ecgAnswer({ signalid: 1, signal: [1, -2, 3] }),
  { status: 0, body: { signal: '[4,5]', sampling_frequency: 300, note: 'a { and a }\n{ in a text' } },
  stethoAnswer({ signalid: 2, signal: [1, 2, 3, 4] }),
  rawdataAnswer('accel', [accelFrame(1, 3, 1_709_500_000), accelFrame(4, 2, 1_709_500_000)]),
  [ecgAnswer({ signalid: 3, signal: [7] }), ecgAnswer({ signalid: 4, signal: [8] })],
  { status: 0, body: { series: [{ timestamp: 5, ecg: { signalid: 7 } }], odd: [[], {}, [{}], true, null, 1.5] } },
];

/** As programs write JSON: on one line, indented, indented by nothing, a list with an element a line. */
const WRITINGS: readonly ((value: unknown) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 1),
  (value) => JSON.stringify(value, null, 4).replaceAll('\n', '\r\n'),
  (value) => JSON.stringify(value, null, '\t'),
  (value) => JSON.stringify(value, null, 1).replace(/\n +/g, '\n'),
  (value) =>
    Array.isArray(value) ? `[\n${value.map((one) => JSON.stringify(one)).join(',\n')}\n]` : JSON.stringify(value),
  (value) =>
    Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(',\n')}]` : JSON.stringify(value),
];

const documentText = fc
  .tuple(fc.constantFrom(...ANSWERS), fc.constantFrom(...WRITINGS))
  .map(([answer, write]) => ({ answer, text: write(answer) }));

const between = fc
  .array(fc.constantFrom('\n', '\r\n', ' ', '\t', '\n\n', MARK), { maxLength: 4 })
  .map((pieces) => pieces.join(''));

const cuts = fc.array(fc.nat(5000), { maxLength: 6 });

/** All but the numbers of documents. */
function contentOf(input: Parameters<typeof collect>[0], name?: string) {
  const { frames, recordings, facts, documents, rejectedElements } = collect(input, name);
  return { frames, recordings, facts, rejectedElements, documents: documents.map((line) => line.replace(/^\d+ /, '')) };
}

it('documents read as they do alone, whatever white space and marks stand between them', () => {
  const names = fc.constantFrom('a.json', 'a.ndjson');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(documentText, between), { minLength: 1, maxLength: 5 }),
      between,
      names,
      cuts,
      (all, start, name, where) => {
        const text = start + all.map(([{ text: one }, space]) => one + space).join('');
        const bytes = Buffer.from(text);
        const got = contentOf(cutUp(bytes, where), name);
        const alone = all.map(([{ answer }]) => contentOf(JSON.stringify(answer)));
        expect(got).toEqual({
          frames: alone.flatMap(({ frames }) => frames),
          recordings: alone.flatMap(({ recordings }) => recordings),
          facts: alone.flatMap(({ facts }) => facts),
          rejectedElements: [],
          documents: alone.flatMap(({ documents }) => documents),
        });
      },
    ),
    { numRuns: RUNS },
  );
});

describe('a line that is cut off', () => {
  const line = JSON.stringify(ecgAnswer({ signalid: 9, signal: [1, 22, 333] }));
  const good = [1, 2, 3].map((signalid) => JSON.stringify(ecgAnswer({ signalid, signal: [signalid] })));
  const pretty = JSON.stringify(ecgAnswer({ signalid: 4, signal: [4] }), null, 2);

  it.each(['a.ndjson', 'a.json'])('costs that line alone, wherever it is cut: %s', (name) => {
    for (let end = 1; end < line.length; end++) {
      const text = [good[0], line.slice(0, end), good[1], good[2], pretty].join('\n');
      const { recordings, documents } = collect(text, name);
      expect([end, recordings.map(({ signalId }) => signalId)]).toEqual([end, [1, 2, 3, 4]]);
      expect(documents.filter((document) => document.includes('rejected'))).toHaveLength(1);
    }
  });

  it('is told the same wherever the bytes are cut', () => {
    const spoilt = fc.constantFrom(
      line.slice(0, 40),
      `${line.slice(0, -1)},`,
      'nonsense',
      '{"a":tru',
      pretty.slice(0, 60),
      '\u00ef',
      `${pretty}x`,
    );
    fc.assert(
      fc.property(spoilt, cuts, (bad, where) => {
        const bytes = Buffer.from([good[0], bad, good[1], pretty, bad, pretty].join('\n'));
        expect(collect(cutUp(bytes, where), 'a.json')).toEqual(collect(bytes, 'a.json'));
        expect(collect(bytes, 'a.json').recordings.length).toBeGreaterThanOrEqual(4);
      }),
      { numRuns: RUNS },
    );
  });

  it('costs a document of many lines as one: what is below of it is not told line by line', () => {
    const broken = pretty.replace('"status": 0', '"status": zero');
    const { documents, recordings } = collect([good[0], broken, pretty, good[1]].join('\n'), 'a.json');
    expect(documents.map((text) => text.split(':')[0])).toEqual(['0 ok', '1 rejected', '2 ok', '3 ok']);
    expect(recordings).toHaveLength(3);
  });
});
