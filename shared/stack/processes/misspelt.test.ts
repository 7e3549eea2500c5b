import { expect, test } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { envExample } from '../commands/fixtures/env-example.ts';
import { readComposeFile } from '../compose/fixtures/compose-file.ts';
import { knownVariables, misspelt } from './misspelt.ts';

test.each([
  ['ORDER_TIMOUT', /ORDER_TIMOUT: is ORDER_TIMEOUT meant\?/],
  ['RETENTON', /is RETENTION meant/],
  ['order_timeout', /Nothing reads the variable order_timeout of \.env: \.env\.example has them all/],
  ['ADMIN_PORT_KICHEN_SERVICE', /is ADMIN_PORT_KITCHEN_SERVICE meant/],
  ['PIZZA_SIZE', /PIZZA_SIZE of \.env/],
])('%s in .env is told', (name, sentence) => {
  expect(misspelt([name], [])).toEqual([expect.stringMatching(sentence)]);
});

test('of the other variables only those that nearly have a name of ours are told', () => {
  const usual = ['PATH', 'HOME', 'USER', 'SHELL', 'PORT', 'KIND', 'SPEED', 'NATS_USER', 'REDIS_PASSWORD', 'LOG_FILE'];
  expect(misspelt([], [...usual, 'NODE_OPTIONS', 'OTEL_SERVICE_NAME'])).toEqual([]);
  expect(misspelt([], ['NATS_PROT'])).toEqual([expect.stringMatching(/is NATS_PORT meant/)]);
});

test('every variable of .env.example and docker-compose.yml is known', () => {
  const documented = [...envExample(choreography).matchAll(/^#([A-Z_]+)=/gm)].map(([, name = '']) => name);
  const { text } = readComposeFile();
  const read = [...text.matchAll(/\$\{([A-Z_]+)|^ +([A-Z_]+):$/gm)].map(([, used, passed]) => used ?? passed ?? '');
  expect(read.length).toBeGreaterThan(20);
  expect(misspelt([...documented, ...read], [])).toEqual([]);
  expect(new Set(knownVariables()).size).toBe(knownVariables().length);
});
