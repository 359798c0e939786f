/** The four kinds of signal and what each is made of: the words every stage shares. */

export const SIGNAL_KINDS = ['ecg', 'stetho', 'ppg', 'accel'] as const;

export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** Kinds that come as one finite recording with an id: one row a recording. */
export type RecordingKind = 'ecg' | 'stetho';

/** Kinds that come as frames of a running sample counter: one row a sample. */
export type SeriesKind = 'ppg' | 'accel';

/**
 * What is known of a recording beside its samples; from the answer itself, the caller's wrapper, the list of
 * recordings or the device table. `null`: not known.
 */
export type RecordingFacts = {
  readonly userId: string | null;
  readonly deviceId: string | null;
  readonly modelId: number | null;
  readonly model: string | null;
  /** Start of the recording, Unix seconds. */
  readonly recordedAt: number | null;
  /** IANA name. */
  readonly timezone: string | null;
  /** ECG: where the device was worn, 0..31. */
  readonly wearPosition: number | null;
  /** ECG: bpm. */
  readonly heartRate: number | null;
  /** ECG: Withings' classification code, kept as delivered. */
  readonly afib: number | null;
  /** ECG of blood-pressure monitors: mmHg. */
  readonly systole: number | null;
  readonly diastole: number | null;
  /** Stethoscope: position of the chest piece, 0..31. */
  readonly position: number | null;
  /** Stethoscope: Withings' valvular heart disease code, kept as delivered. */
  readonly vhd: number | null;
};

export type FactName = keyof RecordingFacts;

export const NO_FACTS: RecordingFacts = {
  userId: null,
  deviceId: null,
  modelId: null,
  model: null,
  recordedAt: null,
  timezone: null,
  wearPosition: null,
  heartRate: null,
  afib: null,
  systole: null,
  diastole: null,
  position: null,
  vhd: null,
};

export type EcgRecording = {
  readonly kind: 'ecg';
  /** Withings' signal id; `null` when the answer came without it. */
  readonly signalId: number | null;
  readonly facts: RecordingFacts;
  /** Hz. */
  readonly samplingFrequency: number;
  /** µV, as delivered. */
  readonly ecg: Int32Array;
};

export type StethoRecording = {
  readonly kind: 'stetho';
  readonly signalId: number | null;
  readonly facts: RecordingFacts;
  /** Hz. */
  readonly samplingFrequency: number;
  readonly channels: number;
  /** G.711 A-law decoded to 16-bit linear PCM, channels interleaved. */
  readonly pcm: Int16Array;
};

/** Values of one frame column. Int32 unless a value is not whole (then float64). */
export type FrameColumn = Int32Array | Float64Array;

/** Consecutive samples of one counter of one device, in delivered order. All arrays have one length. */
export type SeriesRecording = {
  readonly kind: SeriesKind;
  readonly userId: string | null;
  readonly deviceId: string | null;
  /** IANA name. */
  readonly timezone: string | null;
  readonly sensorName: string | null;
  readonly firmwareVersion: number | null;
  readonly formatVersion: number | null;
  /** Running sample counter, 0..2^32-1. */
  readonly id: Uint32Array;
  /** Unix seconds, whole, 0..2^32-1. */
  readonly timestamp: Uint32Array;
  /** Every other column of the frame under its own name. */
  readonly columns: ReadonlyMap<string, FrameColumn>;
};

export type Recording = EcgRecording | StethoRecording | SeriesRecording;
