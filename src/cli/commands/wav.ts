/** `withings-signals wav`: a file of A-law codes to a WAV file. */

import { addAbortSignal } from 'node:stream';
import { Command } from 'commander';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, parseWhole, writeLine } from '../options.ts';

type Options = CommonOptions & { readonly out: string; readonly rate?: number; readonly channels?: number };

export function wavCommand(): Command {
  return addCommonOptions(new Command('wav'))
    .description('Decode A-law (ITU-T G.711) to a WAV file of 16-bit PCM, sample for sample as ffmpeg and sox do')
    .argument('<input>', 'a file of bare A-law bytes, a WAV file that holds A-law, or - for standard input')
    .requiredOption('--out <file.wav>', 'replaced when it is there')
    .option('--rate <hz>', 'of bare bytes; a WAV file tells its own (default: 4000)', parseWhole(1, 2 ** 32 - 1))
    .option('--channels <n>', 'of bare bytes, interleaved (default: 1)', parseWhole(1, 32_767))
    .addHelpText('after', '\nExample:\n  $ withings-signals wav heart.al --out heart.wav --rate 4000')
    .action(async (input: string, { out, rate, channels, quiet, json }: Options) => {
      const { alawToWav } = await import('../../process/alaw-to-wav.ts');
      const signal = interruptSignal();
      const report = await alawToWav({
        input: input === '-' ? addAbortSignal(signal, process.stdin) : input,
        out,
        ...(rate !== undefined && { samplingFrequency: rate }),
        ...(channels !== undefined && { channels }),
        signal,
      });
      if (json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
      else if (!quiet) {
        const { samples, samplingFrequency } = report;
        const shape = `${report.channels} channel${report.channels === 1 ? '' : 's'}, ${samplingFrequency} Hz`;
        writeLine(process.stdout, `${out}: ${shape}, ${samples} samples (${samples / samplingFrequency} s)`);
      }
    });
}
