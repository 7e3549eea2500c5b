import { setTimeout as delay } from 'node:timers/promises';
import type { Msg } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.ts';

export interface PullLoopOptions {
  readonly link: NatsLink;
  readonly stream: string;
  /** Sees to it that the consumer exists, and returns its name. Asked anew whenever the broker may have lost it. */
  readonly ensure: () => Promise<string>;
  /** Messages in this process at most: asked for, or delivered and not released yet. */
  readonly limit: number;
  readonly onMessage: (message: Msg) => void;
  readonly onFault: (error: unknown) => void;
}

const NANOS = 1_000_000;
const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 1_000;
/** Heartbeats come when there are no messages; when there is neither for so long, the request is lost. */
const SILENT_MS = 4 * HEARTBEAT_MS;
const RETRY_MS = 250;
/** Repeated errors are reported at most this often. */
const REPORT_EVERY_MS = 5_000;

/**
 * Keeps pull requests open at a consumer and never asks for more than there is room for: the client's own `consume`
 * refills as soon as messages arrive, handled or not, and after a restart of the broker may wait 30 s before it looks
 * again. Begins anew when the broker was away, the consumer is gone, or no heartbeat comes.
 */
export class PullLoop {
  readonly #options: PullLoopOptions;
  readonly #inbox: string;
  readonly #stopping = new AbortController();
  #held = 0;
  #wanted = 0;
  /** Of the current requests: what is said about earlier ones does not count. */
  #epoch = 0;
  #consumer: string | undefined;
  #renewing = false;
  #lastAnswerAt = 0;
  #end: () => Promise<void> = async () => undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: PullLoopOptions) {
    this.#options = options;
    this.#inbox = options.link.newInbox();
  }

  /** @throws what `ensure` throws */
  async start(): Promise<void> {
    const { link, ensure } = this.#options;
    this.#consumer = await ensure();
    const subscription = link.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => (error ? this.#options.onFault(error) : this.#receive(message)),
    });
    const watchdog = setInterval(() => this.#watch(), HEARTBEAT_MS).unref();
    const forget = link.onChange((status) => {
      if (status === 'connected') void this.#renew();
    });
    this.#end = async () => {
      clearInterval(watchdog);
      forget();
      if (link.status === 'connected') await Promise.race([subscription.drain(), delay(HEARTBEAT_MS)]);
      else subscription.unsubscribe();
    };
    this.#request();
  }

  /** One message is done with: there is room for another. */
  release(): void {
    this.#held -= 1;
    this.#refill();
  }

  /** Asks for nothing more. Messages that are on their way are still handed over until it resolves. */
  stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  #receive(message: Msg): void {
    this.#lastAnswerAt = performance.now();
    if (message.subject.startsWith(this.#inbox)) this.#onStatus(message);
    else {
      this.#held += 1;
      this.#wanted = Math.max(0, this.#wanted - 1);
      this.#options.onMessage(message);
    }
  }

  /** A status message about a request. */
  #onStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === 100 || !message.subject.endsWith(`.${this.#epoch}`)) return;
    if (code === 404 || code === 408) {
      const unfilled = Number(message.headers?.get('Nats-Pending-Messages') || this.#wanted);
      this.#wanted = Math.max(0, this.#wanted - unfilled);
      this.#refill();
    } else void this.#renew();
  }

  #watch(): void {
    const silent = performance.now() - this.#lastAnswerAt > SILENT_MS;
    if (silent && this.#wanted > 0 && this.#options.link.status === 'connected') void this.#renew();
  }

  #refill(): void {
    const room = this.#options.limit - this.#held - this.#wanted;
    if (room >= this.#options.limit / 4 || (room > 0 && this.#wanted === 0)) this.#request();
  }

  #request(): void {
    const { link, stream, limit } = this.#options;
    const batch = limit - this.#held - this.#wanted;
    if (batch <= 0 || this.#renewing || this.#stopping.signal.aborted || link.status !== 'connected') return;
    if (this.#wanted === 0) this.#lastAnswerAt = performance.now();
    this.#wanted += batch;
    const request = { batch, expires: EXPIRES_MS * NANOS, idle_heartbeat: HEARTBEAT_MS * NANOS };
    link.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${this.#consumer}`, JSON.stringify(request), {
      reply: `${this.#inbox}.${this.#epoch}`,
    });
  }

  /** The consumer may be gone, and the requests with it. */
  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    this.#epoch += 1;
    const { signal } = this.#stopping;
    const { link, ensure, onFault } = this.#options;
    let reportedAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted && link.status === 'connected') {
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      try {
        this.#consumer = await ensure();
        break;
      } catch (error) {
        if (link.status !== 'connected' || performance.now() - reportedAt < REPORT_EVERY_MS) continue;
        reportedAt = performance.now();
        onFault(error);
      }
    }
    this.#renewing = false;
    this.#wanted = 0;
    this.#request();
  }
}
