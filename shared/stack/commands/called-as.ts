import { childEnvironment } from '#shared/runtime/settings.ts';

/** What the user types to call a script of package.json; beside containers tool.sh says that it is called otherwise. */
export const calledAs = (script: string): string => childEnvironment({}).CALLED_AS ?? `npm run ${script} --`;
