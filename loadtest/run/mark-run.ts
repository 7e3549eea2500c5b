import type { Say } from '#shared/stack/programs/obtain.ts';

const ANSWER_WITHIN_MS = 3_000;

export interface Mark {
  readonly text: string;
  readonly tags: readonly string[];
}

/** Annotates a run on every dashboard, from now until `end` is called or it is disposed of. Grafana may be missing. */
export async function markRun(grafana: string | undefined, { text, tags }: Mark, say: Say) {
  const annotations = `${grafana}/api/annotations`;
  const mark = { time: Date.now(), text, tags: ['load', ...tags] };
  let id = grafana ? (await sendAnnotation(annotations, 'POST', mark))?.id : undefined;
  if (grafana && id === undefined) say(`The run is not marked in Grafana: none answers at ${grafana}.`);
  const end = async (outcome: string): Promise<void> => {
    const open = id;
    id = undefined;
    const ended = { timeEnd: Date.now(), text: `${text}: ${outcome}` };
    if (open !== undefined) await sendAnnotation(`${annotations}/${open}`, 'PATCH', ended);
  };
  return { end, [Symbol.asyncDispose]: () => end('broken off') };
}

/** What Grafana answers; undefined when it did not take the annotation, or is not there. */
export async function sendAnnotation(url: string, method: 'POST' | 'PATCH', annotation: object) {
  const headers = { 'content-type': 'application/json' };
  const [body, signal] = [JSON.stringify(annotation), AbortSignal.timeout(ANSWER_WITHIN_MS)];
  try {
    const answer = await fetch(url, { method, headers, body, signal });
    return answer.ok ? ((await answer.json()) as { readonly id?: number }) : undefined;
  } catch {
    return undefined;
  }
}
