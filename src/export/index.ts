/** The formats a data set can be written in. A new one is a file beside this and a row here. */

import type { SignalKind } from '../signals/signal.ts';

export type ExportFormat = 'arrow' | 'wav';

export type ExportFormatInfo = {
  /** Kinds that have files of this format. */
  readonly kinds: readonly SignalKind[];
  /** With the dot. */
  readonly extension: string;
  readonly description: string;
};

export const EXPORT_FORMATS: Readonly<Record<ExportFormat, ExportFormatInfo>> = {
  arrow: {
    kinds: ['ecg', 'stetho', 'ppg', 'accel'],
    extension: '.arrow',
    description: 'Arrow IPC files (Feather V2): all columns of all kinds',
  },
  wav: {
    kinds: ['stetho'],
    extension: '.wav',
    description: 'WAV, 16-bit PCM: one file a stethoscope recording',
  },
};
