/** ECGs on their way to the stage, held back for a moment so that several are filtered side by side. */

import type { EcgChain } from '../dsp/ecg-chain.ts';
import type { Processor } from './process-recording.ts';
import { giveBack, takeMemory } from './sample-memory.ts';
import type { StagedArray, StageWriter } from './stage.ts';

/** What is held at most: 1.3 MB of ordinary recordings, 4 MB of long ones. More at a time would gain nothing. */
const MAX_RECORDINGS = 32;
const MAX_SAMPLES = 2 ** 20;

export type StagedEcg = { readonly samplingFrequency: number; readonly samples: StagedArray<'f32'> };

/** Filled in by the next flush. */
export type PendingEcg = { staged: StagedEcg | null };

type Held = { readonly ecg: Int32Array; readonly pending: PendingEcg };

export class EcgBatch {
  readonly #processor: Processor;
  readonly #writer: StageWriter;
  readonly #held = new Map<EcgChain, Held[]>();
  #recordings = 0;
  #samples = 0;

  constructor(processor: Processor, writer: StageWriter) {
    this.#processor = processor;
    this.#writer = writer;
  }

  /**
   * @param ecg µV at `samplingFrequency` Hz; kept, not copied.
   * @throws ArgumentError when the plan does not fit the recording: too short to filter, band above half its rate.
   */
  add(ecg: Int32Array, samplingFrequency: number): PendingEcg {
    const chain = this.#processor.ecgChain(samplingFrequency);
    chain.requireLength(ecg.length);
    const pending: PendingEcg = { staged: null };
    const held = this.#held.get(chain);
    if (held === undefined) this.#held.set(chain, [{ ecg, pending }]);
    else held.push({ ecg, pending });
    this.#recordings++;
    this.#samples += ecg.length;
    if (this.#recordings >= MAX_RECORDINGS || this.#samples >= MAX_SAMPLES) this.flush();
    return pending;
  }

  /** @throws DatasetError when the stage cannot be written. */
  flush(): void {
    const memory = takeMemory();
    for (const [chain, held] of this.#held) {
      const ecgs = held.map(({ ecg }) => ecg);
      const outputs = chain.applyBatch(ecgs, (length) => memory.take('f32', length));
      const staged = this.#writer.appendAll(
        outputs.map((content) => ({ type: 'f32', length: content.length, content })),
      );
      for (const [index, { pending }] of held.entries()) {
        pending.staged = { samplingFrequency: chain.samplingFrequency, samples: staged[index] as StagedArray<'f32'> };
      }
      memory.clear();
    }
    giveBack(memory);
    this.#held.clear();
    this.#recordings = 0;
    this.#samples = 0;
  }
}
