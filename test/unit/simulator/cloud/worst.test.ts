import { afterEach, describe, expect, it } from 'vitest';
import type { CloudOptions } from '../../../../src/simulator/cloud/options.ts';
import type { SimulatedCloud } from '../../../../src/simulator/cloud/start-cloud.ts';
import { simulate } from '../../../../src/simulator/simulate.ts';
import { type Client, type Envelope, openCloud, START } from './client.ts';

type Form = Record<string, string | number>;

/** Keeps to every rule: waits as told or 10 s, renews tokens, never reads what is not whole. The clock is the cloud's. */
class CarefulClient {
  readonly #cloud: SimulatedCloud & Client;
  readonly #clock: { ms: number };
  #pair: { access_token: string; refresh_token: string } | undefined;
  failures = 0;

  constructor(cloud: SimulatedCloud & Client, clock: { ms: number }) {
    this.#cloud = cloud;
    this.#clock = clock;
  }

  async login(user: number): Promise<void> {
    const pair = await this.#cloud.control('token', { user });
    this.#pair = { access_token: String(pair['access_token']), refresh_token: String(pair['refresh_token']) };
  }

  async ask(path: string, form: Form): Promise<Record<string, unknown>> {
    for (;;) {
      const answer = await this.#attempt(path, form, this.#pair?.access_token);
      if (answer?.status === 0) return answer.body;
      if (answer?.status === 401) await this.#refresh();
      else if (answer !== undefined && ![522, 601].includes(answer.status)) throw new Error(JSON.stringify(answer));
    }
  }

  async #refresh(): Promise<void> {
    const form = {
      action: 'requesttoken',
      grant_type: 'refresh_token',
      refresh_token: this.#pair?.refresh_token ?? '',
    };
    const secret = { client_id: this.#cloud.clientId, client_secret: this.#cloud.clientSecret };
    for (;;) {
      const answer = await this.#attempt('/v2/oauth2', { ...form, ...secret });
      if (answer?.status === 0) {
        this.#pair = answer.body as { access_token: string; refresh_token: string };
        return;
      }
    }
  }

  /** `undefined`: no whole answer came. Time passes before the next attempt. */
  async #attempt(path: string, form: Form, token?: string): Promise<Envelope | undefined> {
    this.#clock.ms += 10;
    try {
      const response = await this.#cloud.post(path, form, token);
      const answer = JSON.parse(await response.text()) as Envelope;
      if (answer.status !== 0) this.#wait(answer.status === 601 ? Number(answer.body['wait_seconds']) : 10);
      return answer;
    } catch {
      this.#wait(10);
      return undefined;
    }
  }

  #wait(seconds: number): void {
    this.failures++;
    this.#clock.ms += 1000 * seconds;
  }
}

describe('the worst profile', () => {
  let cloud: SimulatedCloud & Client;
  afterEach(() => cloud.close());

  it('lets a careful client get every sample and signal, and reports no violation', async () => {
    const options: CloudOptions = { users: 2, days: 1, hours: 0.25, seed: 11, stethoSeconds: 1 };
    const clock = { ms: Date.UTC(2024, 5, 1) };
    cloud = await openCloud({
      ...options,
      faults: 'worst',
      quota: { requests: 120, windowMs: 60_000 },
      duplicateGuardMs: 10_000,
      stallMs: 5,
      pageFrames: 2,
      now: () => clock.ms,
    });
    const got = new Set<string>();
    let failures = 0;
    for (const user of [0, 1]) {
      const client = new CarefulClient(cloud, clock);
      await client.login(user);
      const pages = async (path: string, form: Form): Promise<Record<string, unknown>[]> => {
        const bodies: Record<string, unknown>[] = [];
        for (let offset = 0, more = true; more; ) {
          const body = await client.ask(path, { ...form, offset });
          bodies.push(body);
          more = Boolean(body['more']);
          offset = Number(body['offset']);
        }
        return bodies;
      };
      const window = { startdate: START, enddate: START + 86_400 };
      const { devices } = await client.ask('/v2/user', { action: 'getdevice' });
      const watch = (devices as { model_id: number; hash_deviceid: string }[]).find((device) => device.model_id === 93);
      for (const rawdata_type of [1, 2]) {
        const form = { action: 'get', hash_deviceid: watch?.hash_deviceid ?? '', rawdata_type, ...window };
        for (const { rawdata } of await pages('/v2/rawdata', form)) addSamples(got, rawdata as Frame[]);
      }
      for (const { series } of await pages('/v2/heart', { action: 'list', ...window })) {
        for (const { ecg } of series as { ecg?: { signalid: number | string } }[]) {
          if (ecg === undefined || Number(ecg.signalid) % 10 === 6) continue; // still on the watch
          for (let asks = 0, empty = true; empty; asks++) {
            clock.ms += 10_000;
            const { signal } = await client.ask('/v2/heart', { action: 'get', signalid: ecg.signalid });
            empty = (signal as unknown[]).length === 0;
            if (!empty) got.add(`ecg ${ecg.signalid} ${JSON.stringify(signal)}`);
            expect(asks).toBeLessThan(20);
          }
        }
      }
      failures += client.failures;
    }
    const truth = new Set<string>();
    for (const { text } of simulate(options)) {
      const { kind, signalid, response } = JSON.parse(text) as { kind: string; signalid?: number; response: Envelope };
      const { signal, rawdata } = response.body;
      if (kind === 'ecg' && (signal as unknown[]).length > 0) truth.add(`ecg ${signalid} ${JSON.stringify(signal)}`);
      if (rawdata !== undefined) addSamples(truth, rawdata as Frame[]);
    }
    expect(got.size).toBe(truth.size);
    expect(got).toEqual(truth);
    expect(failures).toBeGreaterThan(10);
    expect(cloud.report().violations).toEqual([]);
  });
});

type Frame = { data: string | Record<string, number[]>; hash_deviceid: string; type: number };

function addSamples(samples: Set<string>, frames: readonly Frame[]): void {
  for (const { data, hash_deviceid: device, type } of frames) {
    if (data === '') continue;
    const columns = (typeof data === 'string' ? JSON.parse(data) : data) as Record<string, number[]>;
    const names = Object.keys(columns).toSorted();
    const length = columns['id']?.length ?? 0;
    for (let i = 0; i < length; i++)
      samples.add(`${device} ${type} ${names.map((name) => columns[name]?.[i]).join(' ')}`);
  }
}
