import http from 'k6/http';
import { grafana } from './environment.ts';

/** A run in containers annotates itself on every dashboard; `npm run load` does it for its own. */
const annotations = `${grafana}/api/annotations`;
const parameters = {
  headers: { 'content-type': 'application/json' },
  tags: { name: 'annotation' },
  timeout: '3s',
};

/** From now on. Null, which `setup` can return, without a Grafana or when it does not take the mark. */
export function beginMark(run: string): number | null {
  if (!grafana) return null;
  const mark = { time: Date.now(), text: `load: ${run}`, tags: ['load', run] };
  const { status, body } = http.post(annotations, JSON.stringify(mark), parameters);
  return status === 200 ? (JSON.parse(String(body)) as { id: number }).id : null;
}

export const endMark = (id: number | null): void => {
  if (id !== null) http.patch(`${annotations}/${id}`, JSON.stringify({ timeEnd: Date.now() }), parameters);
};
