/**
 * Gain control of an optical front end in the manner of the MAX86141: it steps LED current and converter range to keep the
 * counts in the middle of the scale.
 *
 * Photocurrent = optical signal x LED current; counts = photocurrent / full scale x 2^19.
 */

/** Counts of the 19-bit converter at full scale. */
export const PPG_FULL_SCALE_COUNTS = 2 ** 19;

/** Full scale in µA of photocurrent of `adc_range` 0 to 3 (MAX86140/MAX86141 data sheet, register PPG_ADC_RGE). */
const PPG_RANGE_UA: readonly number[] = [4, 8, 16, 32];

/** Step of the LED current, µA: 124 mA in 255 steps (same data sheet); every current in Withings' example is a multiple. */
const PPG_LED_STEP_UA = 486;

/** Below and above these shares of full scale the control acts, and this is where it brings the counts. */
const LOW = 0.35;
const HIGH = 0.92;
const TARGET = 0.75;

/** LED steps the control prefers; beyond them it changes the range instead, to save power or to keep resolution. */
const FEWEST_STEPS = 40;
const MOST_STEPS = 200;

/** Samples in which the control rests after it acted. */
const HOLD = 12;

export type PpgGain = {
  adcRange(): number;
  /** µA. */
  currentUa(): number;
  /** Counts a unit of optical signal (µA of photocurrent per mA of LED current). */
  countsPerOptical(): number;
  /** Tells the control the counts just read; it sets the gain of the next sample. */
  observe(counts: number): void;
};

/** A gain control that starts at the widest range with the current right for `optical` (µA per mA). */
export function createPpgGain(optical: number): PpgGain {
  const gain = { range: PPG_RANGE_UA.length - 1, steps: 0 };
  let rest = 0;
  const fullScale = (): number => PPG_RANGE_UA[gain.range] ?? 0;
  const countsPerOptical = (): number =>
    (PPG_FULL_SCALE_COUNTS / fullScale()) * ((gain.steps * PPG_LED_STEP_UA) / 1000);
  const aim = (signal: number): void => {
    const wanted = (): number => Math.round((TARGET * fullScale() * 1000) / (signal * PPG_LED_STEP_UA));
    while (gain.range > 0 && wanted() > MOST_STEPS) {
      gain.range--;
    }
    while (gain.range < PPG_RANGE_UA.length - 1 && wanted() < FEWEST_STEPS) {
      gain.range++;
    }
    gain.steps = Math.max(1, Math.min(255, wanted()));
  };
  aim(optical);
  return {
    adcRange: () => gain.range,
    currentUa: () => gain.steps * PPG_LED_STEP_UA,
    countsPerOptical,
    observe(counts) {
      const share = counts / PPG_FULL_SCALE_COUNTS;
      if (rest > 0) {
        rest--;
      } else if (share < LOW || share > HIGH) {
        aim(Math.max(counts, 1) / countsPerOptical());
        rest = HOLD;
      }
    },
  };
}
