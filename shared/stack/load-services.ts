import { type Flow, ownersOf } from '#shared/contracts/flow.ts';
import type { Service } from '#shared/runtime/service.ts';

/** Folder of a service: its name is the contract table's owner. */
export const serviceFolder = (name: string): URL => new URL(`../../services/${name}/`, import.meta.url);

/**
 * The declarations of all services that own an event of the flow, found by their name alone, so that a new service is
 * listed nowhere. @throws when a folder has no declaration of that name.
 */
export const loadServices = (flow: Flow, folderOf = serviceFolder): Promise<Service[]> =>
  Promise.all(ownersOf(flow).map((name) => loadService(name, folderOf(name))));

async function loadService(name: string, folder: URL): Promise<Service> {
  const module: Record<string, Service> = await import(/* @vite-ignore */ new URL('service.ts', folder).href);
  const service = Object.values(module).find((exported) => exported.name === name);
  if (!service) throw new Error(`services/${name}/service.ts exports no service named ${name}`);
  return service;
}
