import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/answers.ts';
import { runCli, startCli } from '../support/cli.ts';

describe('words that leave something out', () => {
  it('none and native switch filters and resampling off', async () => {
    const out = join(await temporaryFolder(), 'signals');
    const off = ['--ecg-band', 'none', '--ecg-notch', 'none', '--ecg-rate', 'native'];
    const { code, stderr } = await runCli(['convert', 'samples/signal.csv', '--out', out, ...off, '--workers', '0']);
    expect([code, stderr]).toEqual([0, '']);
    const { plan } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as {
      plan: { processing: { ecg: { band: unknown; notch: unknown; rate: unknown } } };
    };
    expect(plan.processing.ecg).toMatchObject({ band: null, notch: null, rate: null });
  });

  it('a simulated cloud without a quota serves', async () => {
    const cloud = startCli(['simulate', 'cloud', '--quota', 'none', '--port', '0', '--json']);
    const first = await new Promise<Buffer>((resolve) => cloud.stdout?.once('data', resolve));
    const { url } = JSON.parse(first.toString()) as { url: string };
    expect(await (await fetch(`${url}/simulator`)).json()).toMatchObject({ quota: null });
    cloud.kill('SIGINT');
    expect(await new Promise((resolve) => cloud.once('close', resolve))).toBe(0);
  });
});
