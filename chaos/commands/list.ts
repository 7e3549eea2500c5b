import { colours as pc } from '#shared/stack/colours.ts';
import { loadExperiments } from '../load-experiments.ts';

/** Prints every experiment with its hypothesis. */
export async function listExperiments(): Promise<void> {
  for (const { name, hypothesis, mustFire = [] } of await loadExperiments()) {
    const alerts = mustFire.map(({ alert }) => alert).join(', ');
    console.log(`${pc.bold(name)}\n  ${hypothesis}\n  ${pc.dim(alerts ? `alarms: ${alerts}` : 'no alert must fire')}`);
  }
}
