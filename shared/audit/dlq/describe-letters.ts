import { colours as pc } from '#shared/report/colours.ts';
import { table } from '#shared/report/table.ts';
import { calledAs } from '#shared/stack/commands/arguments.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { LetterGroup } from './dead-letters.ts';
import type { Redriven } from './redrive.ts';

/** @param discarded listed below, each with its reason */
export function describeGroups(groups: readonly LetterGroup[], discarded: readonly DeadLetter[], now: number): string {
  const told = discarded.map(({ id, type, service, discarded: why }) =>
    pc.dim(`${id}, ${type} at ${service}, was discarded: ${why?.reason}`),
  );
  if (groups.length === 0) return [pc.green('No dead letters.'), ...told].join('\n');
  const rows = groups.map(({ service, type, reason, count, oldest, id }) => [
    service,
    type,
    reason,
    String(count),
    age(now - Date.parse(oldest)),
    id,
  ]);
  const dlq = calledAs('dlq');
  const all = groups.reduce((sum, { count }) => sum + count, 0);
  return [
    table(['service', 'type', 'reason', 'count', 'oldest', 'such as'], rows),
    '',
    ...groups.map(({ id, error }) => `${pc.bold(id)}: ${error}`),
    '',
    `${all} dead letters. One whole: ${dlq} show <id>. Fix the cause, then: ${dlq} redrive --reason <reason>.`,
    `Nothing to be done about one? ${dlq} discard <id> --reason <why>.`,
    ...told,
  ].join('\n');
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

export function describeLetter(letter: DeadLetter): string {
  const { id, service, durable, reason, error, at, deliveries, subject, sequence, eventId, headers, body, discarded } =
    letter;
  const fields: [string, string][] = [
    ['given up by', `${service} (durable ${durable})`],
    ['reason', reason],
    ['error', error],
    ['at', `${at}, after ${deliveries} deliveries`],
    ['event', `${eventId ?? 'no ce-id'}, message ${sequence} on ${subject || 'a subject that is gone'}`],
    ...(discarded ? [['discarded', `${discarded.at}: ${discarded.reason}`] satisfies [string, string]] : []),
  ];
  return [
    pc.bold(`Dead letter ${id}`),
    ...fields.map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    pc.bold('Headers'),
    ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
    pc.bold('Body'),
    textOf(body),
  ].join('\n');
}

/** JSON with line breaks, other text as it is, other bytes in base64. */
export function textOf(body: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  } catch {
    return `${Buffer.from(body).toString('base64')} (base64)`;
  }
}

export function describeRedriven({ outcome, type, orderId, eventId, letters, sequence, reason }: Redriven): string {
  const event = `${type} of order ${orderId} (${eventId ?? 'no ce-id'})`;
  const from = letters.length === 1 ? `letter ${letters[0]}` : `letters ${letters.join(', ')}`;
  if (outcome === 'refused') return pc.yellow(`Refused: ${event}, ${from} stays: ${reason}`);
  if (outcome === 'published') return `Published again: ${event} as message ${sequence}, ${from}`;
  return `Would be published again: ${event}, ${from}`;
}
