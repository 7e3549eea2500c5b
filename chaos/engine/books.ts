import { deadLetterSubject } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Service } from '#shared/runtime/service.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import { createRedisStore } from '#shared/store/redis/redis-store.ts';
import type { Counters, OpenStore } from '#shared/store/store.ts';
import type { Watch } from './watch.ts';

/** What the services' own books say, read past the services. */
export interface Books extends AsyncDisposable {
  /** Service -> its counters. @throws Unavailable */
  counters(): Promise<Map<string, Counters>>;
  /** Reason of each dead letter that is kept, by its place. */
  deadLetters(): Promise<Map<string, string>>;
}

export async function openBooks({ bus, target }: Watch): Promise<Books> {
  const services = await loadServices(pizzaFlow);
  const reacting = services.filter((service) => typesOf(service).length > 0);
  const stores = new Map<string, OpenStore>(
    reacting.map(({ name }) => [
      name,
      createRedisStore({ url: target.redisUrl, service: name, partitions: target.settings.PARTITIONS }),
    ]),
  );
  const subjects = reacting.flatMap((service) => typesOf(service).map((type) => deadLetterSubject(service.name, type)));
  return {
    counters: async () =>
      new Map(await Promise.all([...stores].map(async ([name, store]) => [name, await store.counters()] as const))),
    async deadLetters() {
      const found = await Promise.all(subjects.map((subject) => bus.read(subject)));
      return new Map(
        found
          .flat()
          .map(({ subject, sequence, headers }) => [`${subject} ${sequence}`, headers['dlq-reason'] ?? 'unknown']),
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...stores.values()].map((store) => store.close()));
    },
  };
}

const typesOf = ({ reacts }: Service): string[] => Object.keys(reacts(pizzaFlow));
export const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
