import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { composeStack } from './compose.ts';
import { type OwnStackOptions, ownStack } from './own-stack.ts';
import { startedStack } from './started-stack.ts';
import type { Target } from './target.ts';

const targets: Readonly<Record<string, (options: OwnStackOptions) => Promise<Target>>> = {
  own: ownStack,
  start: startedStack,
  compose: composeStack,
};

/** @throws StartFailure for a name that is none, NotRunnable when that stack is not as the experiment needs it */
export function openTarget(name: string, options: OwnStackOptions): Promise<Target> {
  const open = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (!open) throw new StartFailure(`there is no target ${name}: take one of ${Object.keys(targets).join(', ')}`);
  return open(options);
}
