import { colours as pc } from '#shared/report/colours.ts';
import { percentile } from '../bench/percentile.ts';
import type { OrderLine } from '../k6/order-line.ts';
import { meaningOf } from './order-record.ts';

const SHOW_EVERY_MS = 5_000;

/** Prints one line every five seconds: what happened in them. */
export function showProgress() {
  const began = Date.now();
  let recent: OrderLine[] = [];
  const show = () => {
    const line = describeProgress(recent, SHOW_EVERY_MS / 1_000);
    recent = [];
    console.log(`${pc.dim(`${((Date.now() - began) / 1_000).toFixed(0)} s`.padStart(7))}  ${line}`);
  };
  const timer = setInterval(show, SHOW_EVERY_MS);
  return { add: (line: OrderLine) => void recent.push(line), stop: () => clearInterval(timer) };
}

/** `198/s accepted, 0 refused, 0 failed, answer p99 8 ms; followed: 12 ready, 1 cancelled` */
export function describeProgress(lines: readonly OrderLine[], seconds: number): string {
  const answers = lines.filter((line) => line.kind === 'answer');
  const count = (meaning: string) => answers.filter(({ status }) => meaningOf(status) === meaning).length;
  const times = answers.map(({ tookMs }) => tookMs);
  const ends = lines.filter((line) => line.kind === 'end');
  const followed = [...Map.groupBy(ends, ({ status }) => status)]
    .map(([status, { length }]) => `${length} ${status}`)
    .join(', ');
  return [
    `${Math.round(count('accepted') / seconds)}/s accepted, ${count('refused')} refused, ${count('failed')} failed`,
    ...(answers.length > 0 ? [`answer p99 ${percentile(times, 99).toFixed(0)} ms`] : []),
    ...(followed ? [`followed: ${followed}`] : []),
  ].join('; ');
}
