import type { Report } from './report/report.ts';

const ANSWER_WITHIN_MS = 3_000;

/** Marks what was done, as a region on every dashboard. Resolves with whether Grafana took it: nothing depends on it. */
export async function annotate(grafanaUrl: string, { experiment, verdict, observed }: Report): Promise<boolean> {
  if (!observed) return false;
  const { from, to } = observed.spans.during;
  const text = `${experiment.name}: ${verdict}. ${experiment.hypothesis}`;
  try {
    const answer = await fetch(`${grafanaUrl}/api/annotations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ time: from, timeEnd: to, tags: ['chaos', experiment.name], text }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
