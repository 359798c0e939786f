/** Whole processes, from their start to synced files, against others that do the same on the same bytes in page cache. */

import { type DiskInput, ecgAnswers, noiseFile, ppgDays } from './support/disk-inputs.ts';
import type { Comparison, SelfTimed } from './support/harness.ts';
import { PYTHON, peerScript, withoutScipy } from './support/python.ts';
import { COMMAND, wholeProcess, without } from './support/whole-process.ts';

const ALAW_BYTES = 2 ** 28;

export const comparisons: readonly Comparison[] = [
  againstPython('a PPG day', () => ppgDays(1), 'convert_series.py'),
  { ...againstPython('a PPG week', () => ppgDays(7), 'convert_series.py'), long: true },
  { ...againstPython('10,000 ECG answers', () => ecgAnswers(10_000), 'convert_ecg.py'), long: true },
  againstOneWorker('a PPG day', () => ppgDays(1)),
  { ...againstOneWorker('a PPG week', () => ppgDays(7)), long: true },
  { ...againstOneWorker('10,000 ECG answers', () => ecgAnswers(10_000)), long: true },
  againstDecoder('sox', 'sox -D -t al -r 4000 -c 1', '-e signed -b 16'),
  // At 4 kHz ffmpeg loses its time with tiny packets; the samples are the same.
  againstDecoder('ffmpeg at 48 kHz', 'ffmpeg -v error -f alaw -ar 48000 -ac 1 -i', '-bitexact'),
];

function againstPython(what: string, input: () => DiskInput, script: string): Comparison {
  return {
    name: `process: convert, ${what}, 1 worker, against Python`,
    prepare() {
      const skipped = withoutScipy();
      if (skipped !== null) return { skipped };
      const { folder, bytes } = input();
      return {
        ours: convertProcess(folder, 1),
        rival: wholeProcess(folder, (out) => [[PYTHON, peerScript(script), folder, out]]),
        bytes,
      };
    },
  };
}

function againstOneWorker(what: string, input: () => DiskInput): Comparison {
  return {
    name: `process: convert, ${what}, 2 workers, against 1 worker`,
    prepare() {
      const { folder, bytes } = input();
      return { ours: convertProcess(folder, 2), rival: convertProcess(folder, 1), bytes };
    },
  };
}

/**
 * Our file is on the disk when the process ends; so `sync` is part of the rival's job.
 *
 * @param before what stands before the path of the input, `after` before that of the output
 */
function againstDecoder(what: string, before: string, after: string): Comparison {
  return {
    name: `process: 256 MB of A-law to a synced WAV file, against ${what}`,
    prepare() {
      const [program = '', ...options] = before.split(' ');
      const skipped = without(program);
      if (skipped !== null) return { skipped };
      const input = noiseFile('noise.al', ALAW_BYTES);
      return {
        ours: wholeProcess(input, (out) => [[...COMMAND, 'wav', input, '--out', out, '--quiet']], '.wav'),
        rival: wholeProcess(
          input,
          (out) => [
            [program, ...options, input, ...after.split(' '), out],
            ['sync', out],
          ],
          '.wav',
        ),
        bytes: ALAW_BYTES,
      };
    },
  };
}

function convertProcess(input: string, workers: number): SelfTimed {
  return wholeProcess(input, (out) => [
    [...COMMAND, 'convert', input, '--out', out, '--workers', `${workers}`, '--quiet'],
  ]);
}
