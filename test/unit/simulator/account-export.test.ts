import { describe, expect, it } from 'vitest';
import { accountExportCsv } from '../../../src/simulator/account-export.ts';
import { simulateEcg } from '../../../src/simulator/ecg.ts';

const common = { timestamp: 1709454012, wearPosition: 1, doctorName: 'Dr. Invented, Ada' };
const watch = simulateEcg({ durationSeconds: 1 });
const cuff = simulateEcg({ durationSeconds: 1, samplingFrequency: 500 });
const [header, ...rows] = accountExportCsv([
  { ...common, ecg: watch, device: 'ScanWatch', unit: 'uV' },
  { ...common, ecg: cuff, device: 'BPM Core', unit: 'mV' },
]).split('\n');

describe('accountExportCsv', () => {
  it('has the columns of an account export', () => {
    expect(header).toBe('date,type,frequency,duration,wearposition,signal,doctor_assessment,doctor_name,checkup_date');
  });

  it('writes a row for each recording, its signal one quoted cell', () => {
    expect(rows[0]).toMatch(
      /^2024-03-03T08:20:12\+00:00,ScanWatch,300,1,1,"[-\d,]+","Normal, no action","Dr\. Invented, Ada",/,
    );
    expect(rows[2]).toBe('');
  });

  it('writes µV of watches and mV of blood-pressure monitors', () => {
    const values = rows.slice(0, 2).map((row) => row.split('"')[1]?.split(',').map(Number) ?? []);
    expect(values[0]).toEqual([...watch.signal]);
    expect(values[1]?.map((value) => Math.round(value * 1000))).toEqual([...cuff.signal]);
  });
});
