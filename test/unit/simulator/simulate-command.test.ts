import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { simulateCommand } from '../../../src/cli/commands/simulate.ts';
import { simulate } from '../../../src/simulator/simulate.ts';

const SMALL = ['--hours', '0.01', '--seed', '7', '--users', '2'];

describe('withings-signals simulate', () => {
  let folder: string;
  let out: string;
  let stdout: string;
  let stderr: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'simulate-'));
    out = join(folder, 'answers');
    stdout = '';
    stderr = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true));
  });

  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('writes the files of the simulation and says so in one line', async () => {
    await run(['--out', out, ...SMALL]);
    const expected = [...simulate({ hours: 0.01, seed: 7, users: 2 })];
    for (const { path, text } of expected) expect(readFileSync(join(out, path), 'utf8')).toBe(text);
    expect(readdirSync(out)).toEqual(['user-1001', 'user-1002']);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^[^\n]*: 22 answers, \d+ bytes \(synthetic\)\n$/);
  });

  it('prints one JSON document with --json, nothing with --quiet', async () => {
    await run(['--out', out, ...SMALL, '--json']);
    const bytes = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + readFileSync(join(parentPath, name)).length, 0);
    expect(JSON.parse(stdout)).toEqual({ out, users: 2, days: 1, hours: 0.01, seed: 7, files: 22, bytes });
    stdout = '';
    await run(['--out', join(folder, 'other'), ...SMALL, '--quiet']);
    expect(stdout + stderr).toBe('');
  });

  it('refuses a folder that holds anything, and leaves it as it was', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    await expect(run(['--out', folder, ...SMALL])).rejects.toThrow('holds 1 entries, expected a new or empty folder');
    expect(readdirSync(folder)).toEqual(['mine.txt']);
    await expect(run(['--out', join(folder, 'mine.txt'), ...SMALL])).rejects.toThrow('ENOTDIR');
  });

  it('asks for the folder', async () => {
    await expect(run(SMALL)).rejects.toThrow("required option '--out <dir>' not specified");
  });

  it('refuses options out of their range', async () => {
    for (const options of [
      ['--users', '0'],
      ['--days', 'x'],
      ['--hours', '25'],
      ['--hours', '1e1'],
      ['--seed', '-1'],
    ]) {
      await expect(run(['--out', out, ...options])).rejects.toThrow(/Expected/);
    }
  });
});

function run(args: readonly string[]): Promise<unknown> {
  return simulateCommand().exitOverride().parseAsync(args, { from: 'user' });
}
