/**
 * Decoded recordings by the ten thousand: numbers in one array and texts kept once, some 200 bytes a recording that the garbage
 * collector need not look at, where the objects they are made of take a kilobyte. An object is made when it is asked for.
 */

import { Float64List } from '../../core/number-list.ts';
import type { CatalogRecording } from '../../dataset/catalog.ts';
import { type FactName, NO_FACTS, type RecordingFacts } from '../../signals/signal.ts';
import type { ArrayType, StagedArray } from '../../stage/stage.ts';
import type { StagedRecording, StagedSamples } from '../../stage/staged-recording.ts';

/** What the catalog will say of a recording, and where its samples lie. */
export interface Arrival {
  readonly recording: CatalogRecording;
  readonly samples: StagedSamples;
}

const FACT_NAMES = Object.keys(NO_FACTS) as readonly FactName[];
const TEXT_FACTS: Readonly<Record<TextFact, true>> = { userId: true, deviceId: true, model: true, timezone: true };

type TextFact = { [N in FactName]: RecordingFacts[N] extends string | null ? N : never }[FactName];

/** Where in the numbers of a recording its facts begin, and the place of its samples. */
const FACTS = 9;
const SAMPLES = FACTS + FACT_NAMES.length;

const DIGEST = /^[0-9a-f]{32}$/;

/** Appends arrivals; what it gives out stays good. */
export class ArrivalList {
  readonly all: Arrival[] = [];
  readonly #numbers = new Float64List();
  readonly #texts: string[] = [];
  readonly #indexOf = new Map<string, number>();

  /** @param input name of the input it came in, which most sources are */
  add(staged: StagedRecording, input: string): void {
    const { kind, signalId, source, digest, samplingFrequency, facts, channels, samples } = staged;
    const start = this.#numbers.length;
    this.#push(this.#text(kind), signalId, this.#sourceText(source === input ? input : source));
    this.#pushDigest(digest);
    this.#push(samplingFrequency, channels);
    for (const name of FACT_NAMES) {
      const fact = facts[name];
      this.#push(typeof fact === 'string' ? this.#text(fact) : fact);
    }
    this.#pushArray(samples);
    this.all.push(new PackedArrival(this, start));
  }

  recordingAt(start: number): CatalogRecording {
    const numbers = this.#numbers.view();
    const facts: Record<string, string | number | null> = { ...NO_FACTS };
    let at = start + FACTS;
    for (const name of FACT_NAMES) {
      const fact = numbers[at++] as number;
      if (!Number.isNaN(fact)) facts[name] = name in TEXT_FACTS ? this.#textAt(fact) : fact;
    }
    return {
      kind: this.#textAt(numbers[start]) as CatalogRecording['kind'],
      signalId: numberOrNull(numbers[start + 1]),
      source: this.#textAt(numbers[start + 2]),
      digest: hexadecimal(numbers.subarray(start + 3, start + 7)),
      samples: numbers[start + SAMPLES + 2] as number,
      samplingFrequency: numberOrNull(numbers[start + 7]),
      facts: facts as RecordingFacts,
    };
  }

  samplesAt(start: number): StagedSamples {
    const numbers = this.#numbers.view();
    return {
      samplingFrequency: numberOrNull(numbers[start + 7]),
      channels: numbers[start + 8] as number,
      samples: this.#arrayAt(start + SAMPLES) as StagedSamples['samples'],
    };
  }

  #arrayAt(start: number): StagedArray {
    const [file, offset, length, type] = this.#numbers.view().subarray(start, start + 4);
    return {
      file: this.#textAt(file),
      offset: offset as number,
      length: length as number,
      type: this.#textAt(type) as ArrayType,
    };
  }

  #textAt(index: number | undefined): string {
    return this.#texts[index as number] as string;
  }

  #push(...numbers: readonly (number | null)[]): void {
    for (const number of numbers) this.#numbers.push(number ?? Number.NaN);
  }

  #pushDigest(digest: string): void {
    if (!DIGEST.test(digest))
      throw new TypeError(`digest of a recording: got ${digest}, expected 32 hexadecimal digits`);
    for (let at = 0; at < digest.length; at += 8) this.#push(Number.parseInt(digest.slice(at, at + 8), 16));
  }

  #pushArray({ file, offset, length, type, runs }: StagedArray): void {
    if (runs !== undefined) throw new TypeError('samples of a recording: got runs, expected values');
    this.#push(this.#text(file), offset, length, this.#text(type));
  }

  #text(text: string): number {
    const known = this.#indexOf.get(text);
    if (known !== undefined) return known;
    this.#indexOf.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  /** Sources seldom return but for recordings of one input: they are not looked for. */
  #sourceText(source: string): number {
    return this.#texts.at(-1) === source ? this.#texts.length - 1 : this.#texts.push(source) - 1;
  }
}

function numberOrNull(number: number | undefined): number | null {
  return number === undefined || Number.isNaN(number) ? null : number;
}

/** Of 32 bits each. */
function hexadecimal(words: Float64Array): string {
  let digits = '';
  for (const word of words) digits += word.toString(16).padStart(8, '0');
  return digits;
}

class PackedArrival implements Arrival {
  readonly #list: ArrivalList;
  readonly #start: number;

  constructor(list: ArrivalList, start: number) {
    this.#list = list;
    this.#start = start;
  }

  get recording(): CatalogRecording {
    return this.#list.recordingAt(this.#start);
  }

  get samples(): StagedSamples {
    return this.#list.samplesAt(this.#start);
  }
}
