import { type DockerCall, docker } from './docker.ts';
import type { ComposeProject } from './project.ts';

/** What can run here, and what cannot. */
export interface Images {
  /** Services whose image is there; those that `docker compose build` makes among them. */
  readonly services: readonly string[];
  /** Services whose image can be had from nowhere. */
  readonly missing: readonly { readonly service: string; readonly image: string }[];
}

interface Config {
  readonly services: Readonly<Record<string, { readonly image: string; readonly build?: unknown }>>;
}

/** Pulls what the engine lacks and builds what is ours. @throws StartFailure when the build fails */
export async function provideImages(
  project: ComposeProject,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Images> {
  const { services } = JSON.parse(await project.compose(['config', '--format', 'json'], { signal })) as Config;
  const foreign = Object.entries(services).filter(([, { build }]) => !build);
  const missing: { service: string; image: string }[] = [];
  for (const [service, { image }] of foreign)
    if (!(await isThere(image, { signal })) && !(await pulled(image, say, signal))) missing.push({ service, image });
  say('building the image of the services ...');
  await project.compose(['build'], { signal });
  const lacking = new Set(missing.map(({ service }) => service));
  return { services: Object.keys(services).filter((name) => !lacking.has(name)), missing };
}

const isThere = (image: string, call: DockerCall): Promise<boolean> =>
  succeeds(docker(['image', 'inspect', image], call), call);

async function pulled(image: string, say: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  say(`pulling ${image} ...`);
  return succeeds(docker(['pull', '--quiet', image], { signal }), { signal });
}

/** @throws when it failed because it was to stop */
async function succeeds(call: Promise<unknown>, { signal }: DockerCall): Promise<boolean> {
  try {
    await call;
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
