/** Subscriptions of callbacks, and the calls that tell them of new data. */

import { type ClientRequestArgs, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export type Subscription = { readonly user: number; callbackUrl: string; appli: number; comment: string };

/** Withings' categories: ECG, failed ECG, stethoscope, blood pressure. */
export const APPLI = { ecg: 54, ecgFailed: 55, stetho: 61, pressure: 4 } as const;

/** News of one user. */
export type News = {
  readonly user: number;
  readonly userId: number | string;
  readonly appli: number;
  readonly deviceId: string;
  /** Unix seconds. */
  readonly startdate: number;
  readonly enddate: number;
};

export interface NotificationOptions {
  /** Told the end of each call. */
  readonly onDelivered: (delivered: boolean) => void;
}

/** A callback has so long to answer. */
const TIMEOUT_MS = 2000;

/** Called again after so long; then never more. */
const RETRY_MS = [1000, 3000];

export class Notifications {
  readonly #onDelivered: (delivered: boolean) => void;
  readonly #stop = new AbortController();
  #subscriptions: Subscription[] = [];

  constructor({ onDelivered }: NotificationOptions) {
    this.#onDelivered = onDelivered;
  }

  /** Whether the address answers HEAD with success in time. */
  async answersHead(callbackUrl: string): Promise<boolean> {
    return URL.canParse(callbackUrl) && this.#call('HEAD', callbackUrl, '');
  }

  add(subscription: Subscription): void {
    const { user, callbackUrl, appli } = subscription;
    this.remove(user, callbackUrl, appli);
    this.#subscriptions.push(subscription);
  }

  /** In the order they were made; all of an address, or of a category, where none is named. */
  find(user: number, callbackUrl?: string, appli?: number): readonly Subscription[] {
    return this.#subscriptions.filter(
      (known) =>
        known.user === user &&
        (callbackUrl === undefined || known.callbackUrl === callbackUrl) &&
        (appli === undefined || known.appli === appli),
    );
  }

  /** How many there were. */
  remove(user: number, callbackUrl: string, appli: number | undefined): number {
    const gone = new Set(this.find(user, callbackUrl, appli));
    this.#subscriptions = this.#subscriptions.filter((known) => !gone.has(known));
    return gone.size;
  }

  forget(user: number): void {
    this.#subscriptions = this.#subscriptions.filter((known) => known.user !== user);
  }

  /** Calls everybody who subscribed to such news. */
  async announce(news: News): Promise<void> {
    const { user, userId, appli, deviceId, startdate, enddate } = news;
    const form = new URLSearchParams({
      userid: String(userId),
      appli: String(appli),
      startdate: String(startdate),
      enddate: String(enddate),
      deviceid: deviceId,
    });
    await Promise.all(this.find(user, undefined, appli).map(({ callbackUrl }) => this.#deliver(callbackUrl, form)));
  }

  /** Ends calls under way and those to come. */
  close(): void {
    this.#stop.abort();
  }

  async #deliver(callbackUrl: string, form: URLSearchParams): Promise<void> {
    for (const wait of [0, ...RETRY_MS]) {
      if (!(await this.#pause(wait))) return;
      const delivered = await this.#call('POST', callbackUrl, form.toString());
      if (this.#stop.signal.aborted) return;
      this.#onDelivered(delivered);
      if (delivered) return;
    }
  }

  /** Whether the cloud is still open after it. */
  #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stop;
    if (ms === 0 || signal.aborted) return Promise.resolve(!signal.aborted);
    return new Promise((resolve) => {
      const timer = setTimeout(end, ms);
      function end(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve(!signal.aborted);
      }
      signal.addEventListener('abort', end);
    });
  }

  #call(method: 'HEAD' | 'POST', callbackUrl: string, body: string): Promise<boolean> {
    const url = new URL(callbackUrl);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return Promise.resolve(false);
    const options: ClientRequestArgs = {
      method,
      agent: false,
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) },
    };
    return new Promise((resolve) => {
      const call = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
        const { statusCode = 0 } = response;
        response.resume().on('error', () => {
          /* The status has come; the rest does not matter. */
        });
        resolve(statusCode >= 200 && statusCode < 300);
      });
      call.on('error', () => resolve(false));
      call.end(body);
    });
  }
}
