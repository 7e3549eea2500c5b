export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one process exposes at one scrape. */
export interface Exposition {
  readonly samples: readonly MetricSample[];
  /** Sum of the series with this name and these labels; undefined when there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Scrapes `/metrics` of an admin server. @throws when it does not answer with 200 */
export async function readMetrics(adminUrl: string): Promise<Exposition> {
  const response = await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${adminUrl}/metrics answered ${response.status}`);
  const samples = (await response.text()).split('\n').flatMap((line) => toSample(line) ?? []);
  return {
    samples,
    sum(name, labels = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      );
      return found.length === 0 ? undefined : found.reduce((total, { value }) => total + value, 0);
    },
  };
}

/** `name{a="x",b="y"} 7`, whatever follows. */
function toSample(line: string): MetricSample | undefined {
  const [, name, labels = '', value] = /^(\w+)(?:\{([^}]*)\})? (\S+)/.exec(line) ?? [];
  if (!name) return undefined;
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text] as const);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
