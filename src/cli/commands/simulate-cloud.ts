/** `withings-signals simulate cloud`: a server in the place of Withings' API. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { FAULT_PROFILES, type FaultProfileName } from '../../simulator/cloud/fault-profiles.ts';
import type { CloudReport } from '../../simulator/cloud/ledger.ts';
import type { CloudOptions } from '../../simulator/cloud/options.ts';
import type { SimulatedCloud } from '../../simulator/cloud/start-cloud.ts';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, parseHours, parseWhole, writeLine } from '../options.ts';

type Options = CommonOptions &
  Required<Pick<CloudOptions, 'host' | 'port' | 'users' | 'days' | 'hours' | 'seed'>> & {
    readonly faults: FaultProfileName;
    readonly quota: number | 'none';
  };

export function simulateCloudCommand(): Command {
  return addCommonOptions(new Command('cloud'))
    .description('Serve the synthetic recordings as the Withings API would, until interrupted')
    .option('--port <n>', '0: any free one', parseWhole(0, 65_535), 8080)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--users <n>', 'people', parseWhole(1, 1e6), 1)
    .option('--days <n>', 'days of each', parseWhole(1, 1000), 1)
    .option('--hours <h>', 'hours of raw data a day', parseHours, 24)
    .option('--seed <n>', 'equal seeds give equal answers', parseWhole(0, 2 ** 32 - 1), 1)
    .addOption(new Option('--faults <profile>', 'what goes wrong').choices(FAULT_PROFILES).default('none'))
    .option('--quota <n or none>', 'requests a minute', parseQuota, 120)
    .addHelpText('after', '\nExample:\n  $ withings-signals simulate cloud --users 3 --days 2 --faults mild')
    .action(async ({ host, port, users, days, hours, seed, faults, quota, quiet, json }: Options) => {
      const { startCloud } = await import('../../simulator/cloud/start-cloud.ts');
      const signal = interruptSignal();
      const world = { users, days, hours, seed };
      const cloud = await startCloud({
        ...world,
        host,
        port,
        faults,
        quota: quota === 'none' ? null : { requests: quota, windowMs: 60_000 },
      });
      const variables = environmentOf(cloud);
      if (json) process.stdout.write(`${JSON.stringify({ url: cloud.url, environment: variables })}\n`);
      else for (const line of greeting(variables)) writeLine(process.stdout, line);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      const report = cloud.report();
      await cloud.close();
      if (json) process.stdout.write(`${JSON.stringify({ report })}\n`);
      else if (!quiet) for (const line of reportLines(report)) writeLine(process.stdout, line);
    });
}

function parseQuota(text: string): number | 'none' {
  if (text === 'none') return text;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('Expected a whole number from 1 to 999999999, or none.');
  return Number(text);
}

/** What points the other commands here. */
function environmentOf({ url, clientId, clientSecret }: SimulatedCloud): Readonly<Record<string, string>> {
  return {
    WITHINGS_API_URL: url,
    WITHINGS_ACCOUNT_URL: url,
    WITHINGS_CLIENT_ID: clientId,
    WITHINGS_CLIENT_SECRET: clientSecret,
  };
}

function greeting(variables: Readonly<Record<string, string>>): readonly string[] {
  return [
    '# A simulated Withings cloud listens; point a client at it with:',
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
    `# What it is asked: ${variables['WITHINGS_API_URL']}/simulator/report. Ctrl-C ends it.`,
  ];
}

function reportLines({ requests, endpoints, violations, violationCount }: CloudReport): readonly string[] {
  const lines = Object.entries(endpoints).map(([name, line]) => {
    const statuses = Object.entries(line.statuses).map(([status, count]) => `${count} of status ${status}`);
    const faults = Object.entries(line.faults).map(([fault, count]) => `${count} ${fault}`);
    return `${name}: ${line.requests} requests, ${[...statuses, ...faults].join(', ')}`;
  });
  const broken = violations.map(
    ({ at, kind, endpoint, detail }) => `violation ${at} ${kind} at ${endpoint}: ${detail}`,
  );
  return [...lines, ...broken, `${requests} requests, ${violationCount} violations`];
}
