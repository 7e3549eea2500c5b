import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataDir, repository } from '#shared/stack/processes/data-dir.ts';
import { portsFor, stackPorts } from '#shared/testing/ports-for.ts';

const fixture = 'shared/testing/fixtures/delivery-service';
const NAME = 'delivery-service';

const CONTRACTS = 'shared/contracts/pizza-flow.ts';
const PATTERN = 'services/patterns/choreography/pattern.ts';
const COMPOSE = 'docker-compose.yml';

/** Each line that is written, after the one that it follows. Elsewhere nothing is touched. */
const lines: readonly (readonly [file: string, after: string, line: string])[] = [
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
    'volumes: ["credentials-kitchen-service:/run/credentials:ro"]\n',
    `
  ${NAME}:
    <<: *service
    command: [node, --import, ./shared/telemetry/preload.ts, services/main.ts, ${NAME}]
    volumes: ["credentials-${NAME}:/run/credentials:ro"]
`,
  ],
];
/** New file -> its fixture. */
const added: Readonly<Record<string, string>> = {
  'shared/contracts/delivery.ts': 'contract.ts',
  [`services/${NAME}/service.ts`]: 'service.ts',
  [`services/${NAME}/state.ts`]: 'state.ts',
  [`services/${NAME}/decide.ts`]: 'decide.ts',
};

/** In a copy of the repository: what CONTRIBUTING.md says of a requirement is done, and the copy is started. */
describe('delivery as a fourth requirement of the repository', () => {
  let copy: string;
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    execa(process.execPath, args, { cwd: copy, env: { NO_COLOR: '1', ...env }, reject: false, all: true });

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'pizza-delivery-'));
    const isSource = (path: string) => !['node_modules', '.git', '.data'].includes(basename(path));
    await cp(repository, copy, { recursive: true, filter: isSource });
    await symlink(join(repository, 'node_modules'), join(copy, 'node_modules'));
    await mkdir(join(copy, '.data'));
    await symlink(join(dataDir(), 'programs'), join(copy, '.data/programs'));
    await mkdir(join(copy, 'services', NAME));
    for (const [file, from] of Object.entries(added)) await cp(join(repository, fixture, from), join(copy, file));
    for (const [file, after, line] of lines) {
      const text = await readFile(join(copy, file), 'utf8');
      expect(text, `${file}: the edit is out of date`).toContain(after);
      await writeFile(join(copy, file), text.replace(after, after + line));
    }
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  it('touches a contract and its row, a folder and its row, and the compose file', () => {
    const touched = [...lines.map(([file]) => file), ...Object.keys(added)];
    const elsewhere = touched.filter((file) => !file.startsWith(`services/${NAME}/`));
    expect([...new Set(elsewhere)].sort()).toEqual([COMPOSE, PATTERN, 'shared/contracts/delivery.ts', CONTRACTS]);
  });

  it('is started by npm start, and every order waits for it', async () => {
    const ports = await portsFor([...stackPorts, 'ADMIN_PORT_DELIVERY_SERVICE']);
    const { all, exitCode } = await run(['shared/stack/commands/start.ts', '--once'], ports);
    expect(all).toMatch(/delivery\.booked +delivery-service/);
    expect(all).toMatch(/The order is ready/);
    expect(exitCode, all).toBe(0);
  });

  it('is a service of the compose file as the five others are', async () => {
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    // The budget of memory is that of the five.
    const others = ['--reporter=verbose', '--testNamePattern', '^(?!.*takes at most 3.5 GB)'];
    const { all, exitCode } = await run([
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
