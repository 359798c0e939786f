import { describe, expect, it } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';

describe('withings-signals simulate cloud', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, then reports and exits 0', async (name) => {
    const child = startCli(['simulate', 'cloud', '--port', '0', '--users', '2', '--hours', '0.01', '--json']);
    let stdout = '';
    const ready = new Promise<void>((resolve) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        if (stdout.includes('\n')) resolve();
      });
    });
    const exited = new Promise((resolve) => child.on('close', resolve));
    await ready;
    const { url, environment } = JSON.parse(stdout) as { url: string; environment: Record<string, string> };
    expect(environment).toEqual({
      WITHINGS_API_URL: url,
      WITHINGS_ACCOUNT_URL: url,
      WITHINGS_CLIENT_ID: 'simulated-client',
      WITHINGS_CLIENT_SECRET: 'simulated-secret',
    });
    expect(await (await fetch(`${url}/simulator`)).json()).toMatchObject({ simulation: { users: 2, hours: 0.01 } });
    const answer = await fetch(`${url}/v2/heart`, { method: 'POST', body: new URLSearchParams({ action: 'list' }) });
    expect(await answer.json()).toMatchObject({ status: 401 });
    child.kill(name);
    expect(await exited).toBe(0);
    const report = JSON.parse(stdout.split('\n')[1] ?? '') as { report: { requests: number; violationCount: number } };
    expect(report.report).toMatchObject({ requests: 1, violationCount: 0 });
  });

  it('says in one line that a port is taken, or an option wrong', async () => {
    const child = startCli(['simulate', 'cloud', '--port', '0', '--json']);
    const line = await new Promise<string>((resolve) => child.stdout?.setEncoding('utf8').once('data', resolve));
    const { port } = new URL((JSON.parse(line) as { url: string }).url);
    const second = await runCli(['simulate', 'cloud', '--port', port]);
    child.kill();
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^withings-signals: [^\n]*EADDRINUSE[^\n]*give another port\n$/);
    expect((await runCli(['simulate', 'cloud', '--quota', '0'])).code).toBe(1);
    expect((await runCli(['simulate', 'cloud', '--faults', 'some'])).stderr).toContain(
      'Allowed choices are none, mild',
    );
  });
});
