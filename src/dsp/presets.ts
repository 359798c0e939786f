/** What is done to each kind of signal unless asked otherwise: the one home of bands and rates. */

/** What a frequency of the plan may be, Hz: below, double precision does not hold the filters; above, no device measures. */
export const ECG_HZ: { readonly lowest: number; readonly highest: number } = { lowest: 0.001, highest: 1_000_000 };

/** Pass band of the ECG: that of rhythm monitoring, [low, high] Hz (IEC 60601-2-47, ambulatory systems, to 40 Hz). */
export const ECG_BAND_HZ: readonly [number, number] = [0.5, 40];

/** Order of the ECG band-pass as `butter` counts it: eight poles, passed twice. */
export const ECG_FILTER_ORDER = 4;

/** Quality factor of the ECG notch: 50 Hz / 30 = 1.7 Hz wide. The notch itself is off unless its frequency is given. */
export const ECG_NOTCH_Q = 30;

/** Rate of the filtered ECG: 250 Hz or more finds R peaks reliably (Task Force of ESC and NASPE, Circulation 93, 1996). */
export const ECG_RATE_HZ = 250;
