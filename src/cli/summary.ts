/** What a data set holds, for people. */

import type { ConvertReport } from '../convert/convert-report.ts';
import { describePassedOver } from '../convert/inputs/found-inputs.ts';
import type { InputStatus, Manifest } from '../dataset/manifest.ts';
import type { PartSummary } from '../write/part.ts';

/** How the work was done. */
export function workLines({ passedOver, kernels, seconds, run }: ConvertReport): readonly string[] {
  const passed = passedOver.map(({ name, what }) => `passed over ${name}${what === 'file' ? '' : `: ${what}`}`);
  const why = kernels.reason === null ? '' : ` (${kernels.reason})`;
  const stages = Object.entries(seconds).map(([stage, took]) => `${stage} ${took.toFixed(3)} s`);
  return [
    ...passed,
    `kernels: ${kernels.set === 'wasm' ? 'WebAssembly' : 'TypeScript'}${why}`,
    `time: ${stages.join(', ')}; ${run.workers === 0 ? 'no worker threads' : `worker threads: ${run.workers}`}`,
  ];
}

export function summaryLines(report: ConvertReport): readonly string[] {
  const { files_written: written, duplicates_dropped: dropped, conflicts } = report.run;
  if (isNothingNew(report)) {
    return [`${report.out}: nothing new, no file written`, ...passedOverLines(report), ...holdings(report.summary)];
  }
  return [
    `${report.out}: ${describeInputs(report.inputs)}; ${count(written, 'file')} written`,
    ...passedOverLines(report),
    ...(dropped > 0 ? [`  ${dropped} repeated samples or recordings kept once`] : []),
    ...(conflicts > 0 ? [`  ${conflicts} conflicting repeats: see docs/format.md for which is kept`] : []),
    ...holdings(report.summary),
  ];
}

function passedOverLines({ passedOver }: ConvertReport): readonly string[] {
  return passedOver.length === 0 ? [] : [`  passed over ${describePassedOver(passedOver)}: --verbose names them`];
}

/** The data set had all that was given already. */
export function isNothingNew({ inputs }: ConvertReport): boolean {
  return inputs.unchanged > 0 && inputs.ok + inputs.partly + inputs.pending + inputs.rejected === 0;
}

export function describeInputs({ ok, partly, pending, rejected }: Readonly<Record<InputStatus, number>>): string {
  const inPart = partly > 0 ? ` (${partly} of them in part)` : '';
  return `${count(ok + partly, 'input')} converted${inPart}, ${pending} pending, ${rejected} rejected`;
}

/** A line per kind. */
export function holdings(summary: Manifest['summary']): readonly string[] {
  return Object.entries(summary).map(([kind, part]) => `  ${kind.padEnd(7)}${describePart(part)}`);
}

export function describePart(part: PartSummary): string {
  const words: string[] = [];
  if (part.recordings > 0) words.push(count(part.recordings, 'recording'));
  words.push(count(part.samples, 'sample'));
  if (part.segments > 0) words.push(count(part.segments, 'segment'), count(part.gaps, 'gap'));
  if (part.restarts > 0) words.push(count(part.restarts, 'restart'));
  if (part.rates !== null) words.push(rateRange(part.rates));
  if (part.start !== null && part.end !== null) words.push(`${isoTime(part.start)} to ${isoTime(part.end)}`);
  return words.join(', ');
}

export function isoTime(unixSeconds: number): string {
  return new Date(Math.round(unixSeconds * 1000)).toISOString().replace('.000Z', 'Z');
}

function rateRange({ min, max }: { readonly min: number; readonly max: number }): string {
  const [low, high] = [min, max].map((rate) => String(Number(rate.toFixed(3))));
  return low === high ? `${low} Hz` : `${low} to ${high} Hz`;
}

export function count(n: number, what: string): string {
  // By hand: the first use of locale data would take longer than a small conversion's decoding.
  return `${String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')} ${what}${n === 1 ? '' : 's'}`;
}
