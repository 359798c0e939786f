/** How answers vary: always a function of the seed and of what is asked, so that equal requests get equal answers. */

import { createRandom } from '../random.ts';

export type Word = string | number | boolean;

/** Uniform in [0, 1). */
export function shareOf(seed: number, ...words: readonly Word[]): number {
  return createRandom(seed).fork(words.join('/')).uniform();
}

/** One of the choices, each as likely. */
export function chooseOf<T>(choices: readonly [T, ...T[]], seed: number, ...words: readonly Word[]): T {
  return choices[Math.floor(shareOf(seed, ...words) * choices.length)] ?? choices[0];
}
