import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ecgAnswer, temporaryFolder, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

const TIME = String.raw`time: list [\d.]+ s, decode [\d.]+ s, plan [\d.]+ s, write [\d.]+ s, commit [\d.]+ s`;

async function convertVerbosely(options: readonly string[], kernels: string) {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.json': ecgAnswer() });
  const args = ['convert', join(folder, 'a.json'), '--out', join(folder, 'out'), '--verbose', ...options];
  return runCli(args, { env: { WITHINGS_SIGNALS_KERNELS: kernels } });
}

it('--verbose tells on standard error which kernels ran and what each stage took', async () => {
  const { code, stderr, stdout } = await convertVerbosely(['--workers', '1'], 'wasm');
  expect(stderr).toMatch(new RegExp(`^kernels: WebAssembly\n${TIME}; worker threads: 1\n$`));
  expect(stdout).toMatch(/^[^\n]+: 1 input converted/);
  expect(code).toBe(0);
});

it('--verbose tells why the kernels are those of TypeScript', async () => {
  const { stderr } = await convertVerbosely(['--workers', '0'], 'typescript');
  const why = 'WITHINGS_SIGNALS_KERNELS asks for it';
  expect(stderr).toMatch(new RegExp(String.raw`^kernels: TypeScript \(${why}\)\n${TIME}; no worker threads\n$`));
});

it('--verbose tells what the machine refused', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.json': ecgAnswer() });
  const args = ['convert', join(folder, 'a.json'), '--out', join(folder, 'out'), '--verbose', '--workers', '1'];
  const refuse = new URL('../support/no-wasm-memory.mjs', import.meta.url).href;
  const { code, stderr } = await runCli(args, { env: { WITHINGS_SIGNALS_KERNELS: '' }, node: ['--import', refuse] });
  expect(stderr).toMatch(/^kernels: TypeScript \(.*could not allocate memory.*\)\n/i);
  expect(code).toBe(0);
});

it('--quiet is stronger than --verbose', async () => {
  expect((await convertVerbosely(['--quiet'], 'wasm')).stderr).toBe('');
});
