import { colours as pc } from '#shared/report/colours.ts';
import type { Exercise, Finding } from './exercise.ts';

/** What the command prints. */

export const titleOf = ({ number, title }: Exercise): string => pc.bold(`Exercise ${number}: ${title}`);

/** `hints` is the exercise's hints.md. */
export function resultText(exercise: Exercise, findings: readonly Finding[], hints: string): string {
  if (findings.length === 0) return `${titleOf(exercise)}\n\n${pc.green('✓ Your answer passes.')}`;
  const advice = pc.dim(`A hint for the first finding: npm run exercise -- ${exercise.number} --hint`);
  const hasHint = findings.slice(0, 1).some(({ id }) => hintFor(hints, id));
  return [titleOf(exercise), ...findings.map(findingText), ...(hasHint ? [advice] : [])].join('\n\n');
}

export function findingText({ id, message, expected, came, timeline }: Finding): string {
  const lines = [`${pc.red('✗')} ${pc.bold(id)}: ${message}`, field('expected', expected), field('came', came)];
  if (timeline) lines.push('  the smallest order that fails:', ...timeline.map((line) => `    ${line}`));
  return lines.join('\n');
}

const field = (name: string, text: string): string =>
  `  ${name.padEnd(10)}${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`;

/** `undefined`: not checked. */
export function stateText(findings: readonly Finding[] | undefined): string {
  if (!findings) return pc.dim('checked on servers, when you name it');
  const [first, ...others] = findings;
  if (!first) return pc.green('✓ passes');
  return `${pc.red('✗')} ${first.id}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

export const listLine = ({ number, title, minutes }: Exercise, state: string): string =>
  `${number}  ${title.padEnd(30)}${String(minutes).padStart(3)} min  ${state}`;

/** The section of hints.md whose heading is the finding's id. */
export function hintFor(hints: string, id: string): string | undefined {
  const [, section] = hints.split(`\n## ${id}\n`);
  return section?.split('\n## ')[0]?.trim();
}
