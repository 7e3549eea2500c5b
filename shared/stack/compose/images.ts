import { type DockerCall, docker } from './docker.ts';
import type { ComposeProject } from './project.ts';

export interface Images {
  /** Services whose image is there; those that `docker compose build` makes among them. */
  readonly services: readonly string[];
  /** Services whose image is neither here nor in its registry. */
  readonly missing: readonly { readonly service: string; readonly image: string }[];
}

type Services = Readonly<Record<string, { readonly image: string; readonly build?: unknown }>>;

/** Pulls the images that the engine lacks and builds the project's own. @throws StartFailure when the build fails */
export async function provideImages(
  project: ComposeProject,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Images> {
  const config = await project.compose(['config', '--format', 'json'], { signal });
  const { services } = JSON.parse(config) as { services: Services };
  const missing: { service: string; image: string }[] = [];
  const built = new Set(Object.values(services).flatMap(({ image, build }) => (build ? [image] : [])));
  for (const [service, { image }] of Object.entries(services)) {
    if (built.has(image) || (await succeeds(['image', 'inspect', image], { signal }))) continue;
    say(`pulling ${image} ...`);
    if (!(await succeeds(['pull', '--quiet', image], { signal }))) missing.push({ service, image });
  }
  say('building the image of the services ...');
  await project.compose(['build'], { signal });
  const lacking = new Set(missing.map(({ service }) => service));
  return { services: Object.keys(services).filter((name) => !lacking.has(name)), missing };
}

/** @throws when `call.signal` made it fail */
async function succeeds(args: readonly string[], call: DockerCall): Promise<boolean> {
  try {
    await docker(args, call);
    return true;
  } catch {
    call.signal?.throwIfAborted();
    return false;
  }
}
