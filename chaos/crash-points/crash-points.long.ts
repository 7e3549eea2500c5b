import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '#shared/audit/audit-system.ts';
import { SystemReader } from '#shared/audit/system-reader.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { ServiceProcess } from '#shared/stack/processes/service-process.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { storeKinds } from '#shared/store/store-kinds.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { CustomerOrder } from '../../loadtest/orders.ts';
import { startCustomers } from '../customers.ts';
import { bringUp } from '../soak/process-faults.ts';

/** consume -> commit -> publish -> PubAck -> ack: a process may end between any two of them, and between a redelivery and its publish. */
const consuming = [
  'on delivery',
  'before commit',
  'after commit',
  'before publish',
  'while publishing',
  'after publish',
  // The process dies with own events that it has committed, and the next one where it publishes them again.
  'after deciding, then before republish',
  'after deciding, then while republishing',
  'after deciding, then after republish',
  'before ack',
  'after ack',
];
/** Payment commits its intent first, then asks the gateway, which has a journal of its own. */
const paying = ['before payment-gateway commit', 'after payment-gateway commit'];
const points: Readonly<Record<string, readonly string[]>> = {
  'kitchen-service': consuming,
  'payment-service': [...paying, ...consuming],
  'inventory-service': consuming,
  'chef-service': consuming,
};

/** One point of every service at a time, so that each is met by all the others' deaths as well. */
const rounds = Array.from({ length: Math.max(...Object.values(points).map(({ length }) => length)) }, (_, nth) =>
  Object.entries(points).map(([service, all]) => ({ service, point: all[nth % all.length] ?? '', after: nth % 4 })),
);
type Round = (typeof rounds)[number];
const namesOf = (round: Round) => round.map(({ service, point }) => `${service} ${point}`).join(', ');

const MIX = { declined: 0.1, 'sold-out': 0.25, 'off-menu': 0.05, 'no-chef': 0.15, 'slow-bank': 0, repeated: 0.1 };

/** Every round on one store, that of STORE or Redis; on the others those around the commit, which alone is theirs. */
const [first = '', ...others] = process.env.STORE ? [process.env.STORE] : storeKinds.map(({ name }) => name);
const aroundCommit = rounds.slice(1, 3);

describeCrashes(first, rounds);
for (const store of others) describeCrashes(store, aroundCommit);

function describeCrashes(store: string, rounds: readonly Round[]): void {
  describe(`a process that is killed between any two steps, its state in ${store}`, { timeout: 280_000 }, () => {
    const accepted = new Map<string, CustomerOrder>();
    let folder: string;
    let stack: Stack;
    let reader: SystemReader;
    let address: { natsUrl: string; stores: Stack['stores']; flow: typeof pizzaFlow };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pizza-crash-points-'));
      stack = await startStack({
        env: {
          NODE_OPTIONS: `--import ${new URL('./preload.ts', import.meta.url).href}`,
          CRASH_AT: folder,
          STORE: store,
          ACK_WAIT: '1s',
          ORDER_TIMEOUT: '30m',
          LOG_LEVEL: 'error',
        },
      });
      address = { natsUrl: stack.nats.url, stores: stack.stores, flow: pizzaFlow };
      reader = await SystemReader.open(address);
    });
    afterAll(async () => {
      await reader?.[Symbol.asyncDispose]();
      await stack?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const serviceNamed = (name: string): ServiceProcess => {
      const found = stack.services.find((service) => service.name === name);
      if (!found) throw new Error(`${name} is not running`);
      return found;
    };
    async function dieAndRise(service: string, point: string, after: number): Promise<void> {
      const armed = join(folder, service);
      for (const [nth, one] of point.split(', then ').entries()) {
        await writeFile(armed, `${one}:${nth === 0 ? after : 0}`);
        if (nth > 0) await bringUp(serviceNamed(service)).catch(() => undefined);
        // A process disarms its point right before it kills itself, which may be before it is ready: then no stack tells of it.
        await eventually(async () => !existsSync(armed) || undefined, `${service} to die ${one}`, 90_000);
      }
      await bringUp(serviceNamed(service));
    }

    it.each(rounds.map((round, nth) => ({ name: namesOf(round), round, nth })))(
      '$name: nothing is lost and nothing doubled',
      async ({ round, nth }) => {
        const orderUrl = stack.orderUrl ?? '';
        const customers = startCustomers({ orderUrl, seed: nth, run: `round-${nth}`, mix: MIX, rate: 40, atOnce: 8 });
        try {
          await Promise.all(round.map(({ service, point, after }) => dieAndRise(service, point, after)));
        } finally {
          await customers.stop(60_000);
          // Of a round that fails too: the audit of the next one reads the whole stream.
          for (const [id, order] of customers.accepted) accepted.set(id, order);
        }
        expect(customers).toMatchObject({ surprises: [], asking: 0 });
        const report = await audit(reader, {
          ...address,
          accepted: accepted.keys(),
          waitForRest: { withinMs: 120_000 },
        });
        expect(report.invariants.filter(({ violations }) => violations > 0)).toEqual([]);
        const ending = (ends: string) => [...accepted.values()].filter((order) => order.ends === ends).length;
        expect(report.outcomes).toEqual({ ready: ending('ready'), cancelled: ending('cancelled'), timeout: 0 });
        expect(report).toMatchObject({ clean: true, atRest: true, deadLetters: { kept: 0 } });
      },
    );
  });
}
