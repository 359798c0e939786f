import { createRandom } from '../../src/simulator/random.ts';

const SEED = 20_201;

export function randomBytes(length: number): Uint8Array {
  const random = createRandom(SEED);
  return Uint8Array.from({ length }, () => random.integer(0, 255));
}

export function randomPcm(length: number): Int16Array {
  const random = createRandom(SEED);
  return Int16Array.from({ length }, () => random.integer(-32_768, 32_767));
}

/** Microvolts: a slow wave, mains hum and noise. Only the cost of a sample matters here, not its look. */
export function ecgLike(length: number): Float64Array {
  const random = createRandom(SEED);
  return Float64Array.from(
    { length },
    (_, i) => 600 * Math.sin(i / 40) + 50 * Math.sin((2 * Math.PI * 50 * i) / 300) + 20 * random.normal(),
  );
}

/** Recordings of equal length in µV, each its own stretch of {@link ecgLike}. */
export function ecgRecords(count: number, samples: number): readonly Int32Array[] {
  const all = Int32Array.from(ecgLike(count * samples));
  return Array.from({ length: count }, (_, i) => all.slice(i * samples, (i + 1) * samples));
}

/** Counts of one PPG column: six digits that drift slowly, with a step of the gain now and then. */
export function ppgCounts(length: number): Int32Array {
  const random = createRandom(SEED);
  let level = 415_000;
  return Int32Array.from({ length }, () => {
    if (random.uniform() < 0.002) level = random.integer(150_000, 450_000);
    level += random.integer(-15, 15);
    return level;
  });
}
