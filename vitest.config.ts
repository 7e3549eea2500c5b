import { defineConfig } from 'vitest/config';

/** These judge a whole stack by how soon it answers: what runs beside them must not be what they measure. */
const alone = ['chaos/**/*.stack.ts'];
/** Sixteen rounds of deaths take minutes: `npm run crash-points`, not part of `npm test`. */
const crashPoints = ['chaos/crash-points/*.stack.ts'];

/** `x.test.ts` needs nothing; `x.stack.ts` starts the real servers that it needs, on free ports, and stops them. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{services,shared,observability,loadtest,chaos}/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['{services,shared,observability,loadtest,chaos}/**/*.stack.ts'],
          exclude: ['loadtest/*.stack.ts', ...alone],
          globalSetup: ['shared/stack/servers/vitest-servers.ts'],
          // A bound for what would never end, not for speed: a test may start the whole stack twice.
          testTimeout: 150_000,
          hookTimeout: 150_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          exclude: crashPoints,
          globalSetup: ['shared/stack/servers/vitest-servers.ts'],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'crash-points',
          include: crashPoints,
          globalSetup: ['shared/stack/servers/vitest-servers.ts'],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // The containers of docker-compose.yml: `npm run test:compose`, not part of `npm test`.
        test: {
          name: 'compose',
          include: ['observability/**/*.compose.ts'],
          globalSetup: ['observability/container-check/vitest-containers.ts'],
          hookTimeout: 60_000,
          maxConcurrency: 20,
          disableConsoleIntercept: true,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'load',
          include: ['loadtest/*.stack.ts'],
          globalSetup: ['shared/stack/servers/vitest-servers.ts', 'loadtest/vitest-k6.ts'],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
