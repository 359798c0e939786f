/** `withings-signals inspect`: what a file or data set holds. */

import { Command } from 'commander';
import type { FileReport, InspectReport } from '../../dataset/inspect.ts';
import { addCommonOptions, type CommonOptions, parseWhole, writeLine } from '../options.ts';
import { describeInputs, describePart, holdings, isoTime } from '../summary.ts';

export function inspectCommand(): Command {
  return addCommonOptions(new Command('inspect'))
    .description('Tell what a data set or one of its Arrow files holds')
    .argument('<file or dataset>', 'an .arrow or .wav file, or the folder of a data set')
    .option('--head <n>', 'also show the first rows', parseWhole(0, 1000), 0)
    .addHelpText('after', '\nExample:\n  $ withings-signals inspect signals --head 2')
    .action(async (path: string, { head, json }: CommonOptions & { readonly head: number }) => {
      const { inspect } = await import('../../dataset/inspect.ts');
      const report = await inspect(path, { head });
      if (json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
      else for (const line of reportLines(report)) writeLine(process.stdout, line);
    });
}

function* reportLines(report: InspectReport): Generator<string> {
  if (report.what === 'file') {
    yield* fileLines(report);
    return;
  }
  if (report.what === 'wav') {
    const { path, samplingFrequency, channels, samples } = report;
    yield `${path}: WAV, 16-bit PCM, ${channels} channel${channels === 1 ? '' : 's'}, ${samplingFrequency} Hz, ${samples} samples (${samples / samplingFrequency} s)`;
    return;
  }
  yield `${report.path}: data set made by ${report.package.name} ${report.package.version}`;
  yield `inputs: ${describeInputs(report.inputs)} (see manifest.json)`;
  yield `plan: ${JSON.stringify(report.plan)}`;
  yield 'holds:';
  yield* holdings(report.summary);
  yield 'files:';
  for (const { path, rows, bytes, summary } of report.files) {
    yield `  ${path}: ${bytes} bytes, ${rows} rows${summary ? `; ${describePart(summary)}` : ''}`;
  }
  for (const example of report.examples) {
    yield '';
    yield* fileLines(example);
  }
}

function* fileLines({ path, kind, rows, batches, columns, metadata, head }: FileReport): Generator<string> {
  yield `${path}: ${kind}, ${rows} rows in ${batches} record batches, Arrow IPC file`;
  yield `processing: ${JSON.stringify(metadata.processing)}`;
  for (const [what, values] of Object.entries(metadata.about)) {
    if (values.length > 0) yield `${what}: ${values.join(', ')}`;
  }
  yield 'columns:';
  const width = (of: 'name' | 'type'): number => Math.max(...columns.map((column) => column[of].length));
  const [nameWidth, typeWidth] = [width('name'), width('type')];
  for (const { name, type, nullable, unit, description } of columns) {
    const words = [
      name.padEnd(nameWidth),
      `${type}${nullable ? '?' : ''}`.padEnd(typeWidth + 1),
      (unit ?? '').padEnd(8),
    ];
    yield `  ${words.join('  ')}${description}`;
  }
  if (metadata.segments.length > 0) {
    yield 'segments (times UTC; bound: how far a time may be from the truth):';
    for (const [index, segment] of metadata.segments.entries()) {
      const { rows: samples, run, rate, residual, bound, start, end } = segment;
      yield `  ${index}: ${isoTime(start)} to ${isoTime(end)}, ${samples} samples at ${rate.toFixed(4)} Hz, counter run ${run}, residual ${milliseconds(residual)}, bound ${milliseconds(bound)}`;
    }
  }
  if (head.length > 0) yield 'first rows:';
  for (const row of head) yield `  ${JSON.stringify(row)}`;
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`;
}
