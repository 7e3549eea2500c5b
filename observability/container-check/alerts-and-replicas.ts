import { bringUp } from '#shared/stack/compose/bring-up.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import type { Check, Circumstances } from './check.ts';
import { secondsSince, until } from './until.ts';

const WITHIN_MS = 120_000;
const DRILLED = 'chef-service';
const SCALED = 'kitchen-service';

/** A second kitchen is found by its name and scraped. */
export const replicas: Check = {
  title: 'a second kitchen is scraped',
  needs: ['prometheus', SCALED],
  async run({ project, signal }) {
    const since = Date.now();
    const options = ['--no-recreate', '--scale', `${SCALED}=2`];
    await bringUp(project, { services: [SCALED], options, say: (line) => console.log(line), signal });
    const query = `count(up{job="${SCALED}"} == 1)`;
    await until(async () => ((await ask(project.url('PROMETHEUS_PORT'), query)) === 2 ? true : undefined), {
      what: `two replicas of ${SCALED} in Prometheus`,
      withinMs: WITHIN_MS,
      signal,
    });
    return [`two replicas of ${SCALED} are scraped ${secondsSince(since)} after --scale ${SCALED}=2`];
  },
};

/** A stopped service raises its alert, and takes it back when it runs again. */
export const drilledAlert: Check = {
  title: 'an alert fires and clears',
  needs: ['prometheus', DRILLED],
  async run(circumstances) {
    const { project, signal } = circumstances;
    const stoppedAt = Date.now();
    await project.compose(['stop', DRILLED], { signal });
    await fires(circumstances, true);
    const fired = secondsSince(stoppedAt);
    const startedAt = Date.now();
    await project.compose(['start', DRILLED], { signal });
    await fires(circumstances, false);
    return [
      `ServiceDown of ${DRILLED} fired ${fired} after its stop, and cleared ${secondsSince(startedAt)} after its start`,
    ];
  },
};

const fires = ({ project, signal }: Circumstances, wanted: boolean): Promise<true> => {
  const query = `count(ALERTS{alertname="ServiceDown",service="${DRILLED}",alertstate="firing"})`;
  return until(async () => (await ask(project.url('PROMETHEUS_PORT'), query)) > 0 === wanted || undefined, {
    what: `ServiceDown of ${DRILLED} to ${wanted ? 'fire' : 'clear'}`,
    withinMs: WITHIN_MS,
    signal,
  });
};

const ask = async (url: string, query: string): Promise<number> => (await askPrometheus(url, query))[0]?.value ?? 0;
