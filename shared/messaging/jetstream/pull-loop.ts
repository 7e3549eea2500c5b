import { setTimeout as delay } from 'node:timers/promises';
import { type Msg, nanos } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.ts';

export interface PullLoopOptions {
  readonly link: NatsLink;
  readonly stream: string;
  readonly durable: string;
  /** Sees to it that the durable exists. Asked anew whenever the broker may have lost it. */
  readonly ensure: () => Promise<void>;
  /** Messages in this process at most: asked for, or delivered and not released yet. */
  readonly limit: number;
  readonly onMessage: (message: Msg) => void;
  readonly onFault: (error: unknown) => void;
}

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 1_000;
/** The broker sends messages or heartbeats; after so long without either, the request is lost. */
const SILENT_MS = 4 * HEARTBEAT_MS;
const RETRY_MS = 250;
/** Repeated errors are reported at most this often. */
const REPORT_EVERY_MS = 5_000;
/** Statuses of a request: a heartbeat, and its end without all of its messages. */
const [HEARTBEAT, EXPIRED] = [100, 408];

/**
 * Keeps pull requests open at a durable and never asks for more than there is room for. The client's own `consume` asks again
 * as soon as messages arrive, handled or not, so that one slow replica takes the whole backlog (client-consume.stack.ts).
 * Starts again when the broker was away, the durable is gone, or heartbeats are missing.
 */
export class PullLoop {
  readonly #options: PullLoopOptions;
  readonly #inbox: string;
  readonly #stopping = new AbortController();
  #held = 0;
  #wanted = 0;
  /** Of the current requests: statuses of earlier ones are ignored. */
  #epoch = 0;
  #renewing = false;
  #lastAnswerAt = 0;
  #end: () => Promise<void> = async () => undefined;

  constructor(options: PullLoopOptions) {
    this.#options = options;
    this.#inbox = options.link.newInbox();
  }

  /** @throws what `ensure` throws */
  async start(): Promise<void> {
    const { link, ensure, onFault } = this.#options;
    await ensure();
    const subscription = link.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => (error ? onFault(error) : this.#receive(message)),
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
    this.#refill();
  }

  /** One message is done with: there is room for another. */
  release(): void {
    this.#held -= 1;
    this.#refill();
  }

  /** Asks for nothing more. Messages that are on their way are still handed over until it resolves. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#end();
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

  #onStatus({ subject, headers }: Msg): void {
    const code = headers?.code;
    if (code === HEARTBEAT || !subject.endsWith(`.${this.#epoch}`)) return;
    if (code !== EXPIRED) return void this.#renew();
    const unfilled = Number(headers?.get('Nats-Pending-Messages') || this.#wanted);
    this.#wanted = Math.max(0, this.#wanted - unfilled);
    this.#refill();
  }

  #watch(): void {
    const silent = performance.now() - this.#lastAnswerAt > SILENT_MS;
    if (silent && this.#wanted > 0 && this.#options.link.status === 'connected') void this.#renew();
  }

  /** Asks when nothing is asked for, or a quarter of the room is free. */
  #refill(): void {
    const { link, stream, durable, limit } = this.#options;
    const batch = limit - this.#held - this.#wanted;
    if (batch <= 0 || (this.#wanted > 0 && batch < limit / 4)) return;
    if (this.#renewing || this.#stopping.signal.aborted || link.status !== 'connected') return;
    if (this.#wanted === 0) this.#lastAnswerAt = performance.now();
    this.#wanted += batch;
    const request = { batch, expires: nanos(EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    link.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(request), {
      reply: `${this.#inbox}.${this.#epoch}`,
    });
  }

  /** The durable may be gone, and the requests with it. */
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
        await ensure();
        break;
      } catch (error) {
        if (link.status !== 'connected' || performance.now() - reportedAt < REPORT_EVERY_MS) continue;
        reportedAt = performance.now();
        onFault(error);
      }
    }
    this.#renewing = false;
    this.#wanted = 0;
    this.#refill();
  }
}
