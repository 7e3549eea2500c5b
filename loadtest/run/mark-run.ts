import type { Say } from '#shared/stack/programs/obtain.ts';

const ANSWER_WITHIN_MS = 3_000;

export interface Mark {
  readonly text: string;
  readonly tags: readonly string[];
}

/** Annotates a run on every dashboard, from now until `end` is called or it is disposed of. Grafana may be missing. */
export async function markRun(grafana: string | undefined, mark: Mark, say: Say) {
  const id = grafana ? await begin(grafana, mark) : undefined;
  if (grafana && id === undefined) say(`The run is not marked in Grafana: none answers at ${grafana}.`);
  let open = id !== undefined;
  const end = async (outcome: string): Promise<void> => {
    if (!open) return;
    open = false;
    const body = { timeEnd: Date.now(), text: `${mark.text}: ${outcome}` };
    await sendAnnotation(`${grafana}/api/annotations/${id}`, 'PATCH', body);
  };
  return { end, [Symbol.asyncDispose]: () => end('broken off') };
}

const begin = async (grafana: string, { text, tags }: Mark): Promise<number | undefined> =>
  (await sendAnnotation(`${grafana}/api/annotations`, 'POST', { time: Date.now(), text, tags: ['load', ...tags] }))?.id;

/** What Grafana answers; undefined when it did not take the annotation, or is not there. */
export async function sendAnnotation(
  url: string,
  method: 'POST' | 'PATCH',
  body: object,
): Promise<{ readonly id?: number } | undefined> {
  try {
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return answer.ok ? ((await answer.json()) as { id?: number }) : undefined;
  } catch {
    return undefined;
  }
}
