import { setTimeout as delay } from 'node:timers/promises';

/** A question to a Prometheus that scrapes the flow's services, and how its answer reads. */
interface Question {
  readonly title: string;
  /** PromQL, an instant query. */
  readonly query: string;
  readonly describe: (samples: readonly Sample[]) => string;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const ANSWER_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 200;
const NO_DATA = 'no data yet';

const only = ([sample]: readonly Sample[], read: (value: number) => string): string =>
  sample && Number.isFinite(sample.value) ? read(sample.value) : NO_DATA;

/** What a newcomer asks first. Replicas report the same counters: combined per instance first, then the greatest. */
const questions: readonly Question[] = [
  {
    title: 'Orders by outcome',
    query: 'max by (outcome) (sum by (instance, outcome) (pizza_orders_resolved_total))',
    describe: (samples) => {
      const counts = samples.map(({ labels, value }) => `${value} ${labels.outcome}`);
      return counts.sort().join(', ') || NO_DATA;
    },
  },
  {
    title: '95 % ready within',
    query: 'histogram_quantile(0.95, sum by (le) (pizza_order_time_to_ready_seconds_bucket))',
    describe: (samples) => only(samples, (seconds) => `${Math.round(seconds * 1_000)} ms`),
  },
  {
    title: 'Orders waiting',
    query: 'max(sum by (instance) (pizza_orders_waiting))',
    describe: (samples) => only(samples, String),
  },
];

/** @throws Error when Prometheus does not answer, or not with samples. */
export async function askPrometheus(url: string, query: string, signal?: AbortSignal): Promise<Sample[]> {
  const within = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await fetch(apiLink(url, query), { signal: signal ? AbortSignal.any([signal, within]) : within });
  if (!response.ok) throw new Error(`Prometheus at ${url} answered ${response.status} to ${query}`);
  const { data } = (await response.json()) as {
    data: { result: { metric: Sample['labels']; value: [number, string] }[] };
  };
  return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}

/** Resolves with whether as many targets were scraped after `since`, in time. @throws when `signal` aborts, or Prometheus is gone. */
export async function scrapedSince(
  url: string,
  { targets, since, withinMs, signal }: { targets: number; since: number; withinMs: number; signal: AbortSignal },
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const samples = await askPrometheus(url, 'timestamp(up)', signal);
    if (samples.filter(({ value }) => value * 1_000 >= since).length >= targets) return true;
    if (Date.now() > deadline) return false;
    await delay(ASK_EVERY_MS, undefined, { signal });
  }
}

/** One line per question with its answer, and one with a link: to the page if there is one, else to the API. */
export async function describeAnswers(url: string, signal: AbortSignal): Promise<string[]> {
  const link = (await hasPage(url, signal)) ? pageLink : apiLink;
  const lines = questions.map(async ({ title, query, describe }) => [
    `  ${title.padEnd(20)} ${describe(await askPrometheus(url, query, signal))}`,
    `  ${''.padEnd(20)} ${link(url, query)}`,
  ]);
  return (await Promise.all(lines)).flat();
}

/** Some packages come without the page. */
const hasPage = async (url: string, signal: AbortSignal): Promise<boolean> =>
  (await fetch(`${url}/graph`, { signal })).status === 200;

const apiLink = (url: string, query: string): string => `${url}/api/v1/query?${new URLSearchParams({ query })}`;
const pageLink = (url: string, query: string): string =>
  `${url}/graph?${new URLSearchParams({ 'g0.expr': query, 'g0.tab': '1' })}`;
