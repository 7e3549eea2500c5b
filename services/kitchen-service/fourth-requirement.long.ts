import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository, type Insertion } from '#services/exercises/repository-copy.ts';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { portsFor, stackPorts } from '#shared/testing/ports-for.ts';

const fixture = 'shared/testing/fixtures/delivery-service';
const NAME = 'delivery-service';

const CONTRACTS = 'shared/contracts/pizza-flow.ts';
const PATTERN = 'services/patterns/choreography/pattern.ts';
const COMPOSE = 'docker-compose.yml';

/** Each line that is written, after the one that it follows. Elsewhere nothing is touched. */
const lines: readonly Insertion[] = (
  [
    [CONTRACTS, "from './chef.ts';\n", "import { deliveryContract } from './delivery.ts';\n"],
    [CONTRACTS, 'inventoryContract, chefContract', ', deliveryContract'],
    [PATTERN, "chef-service/service.ts';\n", `import { deliveryService } from '#services/${NAME}/service.ts';\n`],
    [PATTERN, 'orderService, paymentService', ', deliveryService'],
    [COMPOSE, '  ADMIN_PORT_KITCHEN_SERVICE: 9100\n', '  ADMIN_PORT_DELIVERY_SERVICE: 9100\n'],
    [COMPOSE, '/credentials/kitchen-service\n', `      - credentials-${NAME}:/credentials/${NAME}\n`],
    [COMPOSE, '  credentials-kitchen-service:\n', `  credentials-${NAME}:\n`],
    [
      COMPOSE,
      '      kitchen-service: { condition: service_healthy }\n',
      `      ${NAME}: { condition: service_healthy }\n`,
    ],
    [
      COMPOSE,
      'volumes: ["credentials-kitchen-service:/run/credentials:ro", "state:/state"]\n',
      `
  ${NAME}:
    <<: *service
    command: [node, --import, ./shared/telemetry/preload.ts, services/main.ts, ${NAME}]
    volumes: ["credentials-${NAME}:/run/credentials:ro", "state:/state"]
`,
    ],
  ] as const
).map(([file, after, text]) => ({ file, after, text }));
/** New file -> its fixture. */
const added: Readonly<Record<string, string>> = {
  'shared/contracts/delivery.ts': 'contract.ts',
  [`services/${NAME}/service.ts`]: 'service.ts',
  [`services/${NAME}/state.ts`]: 'state.ts',
  [`services/${NAME}/decide.ts`]: 'decide.ts',
};

/** In a copy of the repository: what CONTRIBUTING.md says of a requirement is done, and the copy is started. */
describe('delivery as a fourth requirement of the repository', () => {
  let copy: Awaited<ReturnType<typeof copyRepository>>;

  beforeAll(async () => {
    copy = await copyRepository();
    for (const [file, from] of Object.entries(added))
      await copy.write(file, await readFile(join(repository, fixture, from), 'utf8'));
    await copy.insert(lines);
  });
  afterAll(() => copy[Symbol.asyncDispose]());

  it('touches a contract and its row, a folder and its row, and the compose file', () => {
    const touched = [...lines.map(({ file }) => file), ...Object.keys(added)];
    const elsewhere = touched.filter((file) => !file.startsWith(`services/${NAME}/`));
    expect([...new Set(elsewhere)].sort()).toEqual([COMPOSE, PATTERN, 'shared/contracts/delivery.ts', CONTRACTS]);
  });

  it('is started by npm start, and every order waits for it', async () => {
    const ports = await portsFor([...stackPorts, 'ADMIN_PORT_DELIVERY_SERVICE']);
    const { all, exitCode } = await copy.run(['shared/stack/commands/start.ts', '--once'], ports);
    expect(all).toMatch(/delivery\.booked +delivery-service/);
    expect(all).toMatch(/The order is ready/);
    expect(exitCode, all).toBe(0);
  });

  it('is a service of the compose file as the five others are', async () => {
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    // The budget of memory is that of the five.
    const others = ['--reporter=verbose', '--testNamePattern', '^(?!.*takes at most 3.5 GB)'];
    const { all, exitCode } = await copy.run([
      vitest,
      'run',
      '--project=unit',
      'shared/stack/compose/compose-file.test.ts',
      ...others,
    ]);
    expect(all).toContain('only delivery-service, and who makes them');
    expect(exitCode, all).toBe(0);
  });
});
