import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const folders = '{services,shared,observability,loadtest,chaos}/**';
const servers = ['shared/stack/servers/fixtures/vitest-servers.ts'];
/** They start the OpenTelemetry SDK, which a process has once: each is alone in its process. */
const sdk = ['shared/telemetry/{logs/otlp-logs,traces/traced,traces/traced-http}.test.ts'];
/** One more than cores of a small machine: some files wait for deadlines while others compute. */
const workers = Math.max(3, availableParallelism());
const load = ['loadtest/*.long.ts'];
/** These judge a whole stack by how soon it answers: they run one at a time. */
const chaos = ['{chaos,loadtest/lab/struck,services/exercises/7-break-it}/**/*.long.ts'];

/**
 * `x.test.ts` needs nothing; `x.stack.ts` starts the real servers that it needs, on free ports, and stops them; `x.long.ts`
 * does so and takes more than half a minute: `npm run test:all`, not part of `npm test`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${folders}/*.test.ts`],
          exclude: sdk,
          // One process after the other would load the same modules: that takes longer than most of the tests.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: workers,
        },
      },
      { test: { name: 'unit-sdk', include: sdk, testTimeout: 30_000, hookTimeout: 30_000, maxWorkers: workers } },
      {
        test: {
          name: 'stack',
          include: [`${folders}/*.stack.ts`],
          globalSetup: servers,
          // A bound for what would never end, not for speed: a test may start the whole stack twice.
          testTimeout: 150_000,
          hookTimeout: 150_000,
          maxWorkers: 2,
          // Behind the unit tests, which need all of the machine.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'long',
          include: [`${folders}/*.long.ts`],
          exclude: [...load, ...chaos],
          globalSetup: servers,
          testTimeout: 300_000,
          hookTimeout: 150_000,
          maxWorkers: workers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'chaos',
          include: chaos,
          globalSetup: servers,
          testTimeout: 300_000,
          hookTimeout: 150_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'load',
          include: load,
          globalSetup: [...servers, 'loadtest/vitest-k6.ts'],
          testTimeout: 300_000,
          hookTimeout: 150_000,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // The containers of docker-compose.yml: `npm run test:compose`, not part of `npm run test:all`.
        test: {
          name: 'compose',
          include: ['observability/**/*.compose.ts'],
          globalSetup: ['observability/container-check/fixtures/vitest-containers.ts'],
          hookTimeout: 60_000,
          // One file after the other: a test may stop a service that another one asks.
          maxWorkers: 1,
          maxConcurrency: 20,
          disableConsoleIntercept: true,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
