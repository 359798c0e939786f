/**
 * Withings model ids: name, and the nominal sampling frequency of the signals a model records.
 *
 * Source: Withings OpenAPI text, "User Device Object", table of `model_id`; nominal rates from the descriptions of the
 * heart and stetho services there; raw data as in that of the rawdata service. 93 to 95 as seen in answers.
 */

export type Device = {
  readonly name: string;
  /** Hz; absent where the model records no ECG. */
  readonly ecgSamplingFrequency?: number;
  /** Hz; absent where the model has no stethoscope. */
  readonly stethoSamplingFrequency?: number;
  /** Collects raw data (PPG, accelerometer) for contracted partners. */
  readonly rawdata?: true;
};

export const DEVICES: Readonly<Record<number, Device>> = {
  1: { name: 'Withings WBS01' },
  2: { name: 'WS30' },
  3: { name: 'Kid Scale' },
  4: { name: 'Smart Body Analyzer' },
  5: { name: 'Body+' },
  6: { name: 'Body Cardio' },
  7: { name: 'Body' },
  9: { name: 'Body Pro' },
  10: { name: 'Body Scan' },
  11: { name: 'WBS10' },
  12: { name: 'WBS11' },
  18: { name: 'Body Comp' },
  21: { name: 'Smart Baby Monitor' },
  22: { name: 'Withings Home' },
  41: { name: 'Withings Blood Pressure Monitor V1' },
  42: { name: 'Withings Blood Pressure Monitor V2' },
  43: { name: 'Withings Blood Pressure Monitor V3' },
  44: { name: 'BPM Core', ecgSamplingFrequency: 500, stethoSamplingFrequency: 4000 },
  45: { name: 'BPM Connect' },
  46: { name: 'BPM Connect Pro' },
  47: { name: 'BPM Pro 2' },
  48: { name: 'BPM Vision' },
  51: { name: 'Pulse' },
  52: { name: 'Activite' },
  53: { name: 'Activite (Pop, Steel)' },
  54: { name: 'Withings Go' },
  55: { name: 'Activite Steel HR' },
  58: { name: 'Pulse HR' },
  59: { name: 'Activite Steel HR Sport Edition' },
  60: { name: 'Aura Dock' },
  61: { name: 'Aura Sensor' },
  63: { name: 'Aura Sensor V2' },
  70: { name: 'Thermo' },
  71: { name: 'BeamO', stethoSamplingFrequency: 4000 },
  90: { name: 'Move' },
  91: { name: 'Move ECG', ecgSamplingFrequency: 300 },
  92: { name: 'Move ECG', ecgSamplingFrequency: 300 },
  93: { name: 'ScanWatch', ecgSamplingFrequency: 300, rawdata: true },
  94: { name: 'ScanWatch 2', ecgSamplingFrequency: 300, rawdata: true },
  95: { name: 'ScanWatch Light', ecgSamplingFrequency: 300, rawdata: true },
  100: { name: 'WUP01' },
  1051: { name: 'iOS step tracker' },
  1052: { name: 'iOS step tracker' },
  1053: { name: 'Android step tracker' },
  1054: { name: 'Android step tracker' },
  1055: { name: 'GoogleFit tracker' },
  1056: { name: 'Samsung Health tracker' },
  1057: { name: 'HealthKit step iPhone tracker' },
  1058: { name: 'HealthKit step Apple Watch tracker' },
  1059: { name: 'HealthKit other step tracker' },
  1060: { name: 'Google Health Connect' },
  1061: { name: 'Iglucose glucometer' },
  1062: { name: 'Huawei tracker' },
  1063: { name: 'Lingo Sensor' },
};

/** What the same table calls devices that nobody wears: a model of such a type records no raw data, known or not. */
export const UNWORN_TYPES: ReadonlySet<string> = new Set([
  'Scale',
  'Babyphone',
  'Blood Pressure Monitor',
  'Sleep Monitor',
  'Smart Connected Thermometer',
  'Gateway',
  'iGlucose',
  'HealthKit Apple',
  'HealthKit Google',
  'HealthKit Huawei',
  'Lingo',
]);

/** Nominal rate of both raw-data sensors, Hz: frames come at *about* this rate; the true one is fitted. */
export const RAWDATA_NOMINAL_RATE = 25;
