/** `withings-signals wav`: a file of A-law codes to a WAV file. */

import { addAbortSignal } from 'node:stream';
import { Command } from 'commander';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, parseWhole, writeLine } from '../options.ts';

type Options = CommonOptions & {
  readonly out: string;
  readonly rate?: number;
  readonly channels?: number;
  readonly raw?: boolean;
};

export function wavCommand(): Command {
  return addCommonOptions(new Command('wav'))
    .description('Decode A-law (ITU-T G.711) to a WAV file of 16-bit PCM, sample for sample as ffmpeg and sox do')
    .argument(
      '<input>',
      'bare A-law, a WAV, Wave64, AU, AIFF-C or CAF file of it, a stethoscope answer, or - for standard input',
    )
    .requiredOption('--out <file.wav>', 'replaced when it is there')
    .option('--rate <hz>', 'of bare A-law; other inputs tell their own (default: 4000)', parseWhole(1, 2 ** 32 - 1))
    .option('--channels <n>', 'of bare A-law, interleaved (default: 1)', parseWhole(1, 32_767))
    .option('--raw', 'take the input for bare A-law, whatever it looks like')
    .addHelpText('after', '\nExample:\n  $ withings-signals wav heart.al --out heart.wav --rate 4000')
    .action(async (input: string, { out, rate, channels, raw = false, quiet, json }: Options) => {
      const { alawToWav } = await import('../../convert/alaw-to-wav.ts');
      const signal = interruptSignal();
      const report = await alawToWav({
        input: input === '-' ? addAbortSignal(signal, process.stdin) : input,
        out,
        ...(rate !== undefined && { samplingFrequency: rate }),
        ...(channels !== undefined && { channels }),
        raw,
        onNotice: (text) => {
          if (!quiet) writeLine(process.stderr, `note ${input === '-' ? 'standard input' : input}: ${text}`);
        },
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
