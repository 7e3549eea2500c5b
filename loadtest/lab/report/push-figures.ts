import { LAB_GAUGE } from '../../../observability/lab-gauge.ts';
import { type Figure, spreadIn } from '../figures.ts';
import { remoteWrite, type Sample } from './remote-write.ts';

/** Pushes the median over the rounds of every figure, once: a gauge for each. @throws as `remoteWrite` does */
export const pushFigures = (url: string, figures: readonly Figure[], now: number): Promise<void> =>
  remoteWrite(url, gaugesOf(figures), now);

function gaugesOf(figures: readonly Figure[]): Sample[] {
  const questions = figures.map(({ subject, scenario, measure }) => ({ subject, scenario, measure }));
  const distinct = new Map(questions.map((question) => [JSON.stringify(question), question]));
  return [...distinct.values()].map((question) => ({
    labels: { __name__: LAB_GAUGE, pattern: question.subject, scenario: question.scenario, measure: question.measure },
    value: spreadIn(figures, question).median,
  }));
}
