import { beforeAll, describe, inject, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { namedPorts, tryCommand } from './fixtures/try-command.ts';
import { everyCommand } from './runbook-commands.ts';

const { name, env, services } = inject('containers');

describe.runIf(services.includes('prometheus'))('beside the containers', { timeout: 60_000 }, () => {
  let orderId = '';
  beforeAll(async () => {
    orderId = await placeSampleOrder(`http://127.0.0.1:${env.ORDER_PORT}`, pizzaFlow);
  });

  it.each([...everyCommand('containers')])('%s runs (%s)', async (command) => {
    const here = Object.entries(namedPorts).map(([port, usual]) => [`localhost:${usual}`, `127.0.0.1:${env[port]}`]);
    const instead = Object.fromEntries(here);
    await tryCommand(command, { orderId, instead, env: { ...env, COMPOSE_PROJECT_NAME: name } });
  });
});
