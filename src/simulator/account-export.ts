/** `signal.csv` of a simulated account export. */

import type { SimulatedEcg } from './ecg.ts';

export type ExportedEcg = {
  readonly ecg: Pick<SimulatedEcg, 'signal' | 'samplingFrequency'>;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly device: string;
  readonly wearPosition: number;
  /** The export holds µV of watches, mV of blood-pressure monitors. */
  readonly unit: 'uV' | 'mV';
  /** Personal data, as the export may hold it: readers drop it. */
  readonly doctorName: string;
};

/** The whole file; columns as real exports have them, the last three about a doctor who looked at the recording. */
export function accountExportCsv(rows: readonly ExportedEcg[]): string {
  const header = 'date,type,frequency,duration,wearposition,signal,doctor_assessment,doctor_name,checkup_date';
  return `${[header, ...rows.map(line)].join('\n')}\n`;
}

function line({ ecg, timestamp, device, wearPosition, unit, doctorName }: ExportedEcg): string {
  const { signal, samplingFrequency } = ecg;
  const values = unit === 'uV' ? signal.join(',') : Array.from(signal, (value) => String(value / 1000)).join(',');
  const duration = signal.length / samplingFrequency;
  const cells = [time(timestamp), device, samplingFrequency, duration, wearPosition, `"${values}"`];
  return [...cells, '"Normal, no action"', `"${doctorName}"`, time(timestamp + 86400)].join(',');
}

function time(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', '+00:00');
}
