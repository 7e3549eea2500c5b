import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { adminPortOf } from '#shared/stack/stack-environment.ts';
import { knownMetrics } from '../checks/fixtures/known-metrics.ts';
import { queryProblems } from '../checks/fixtures/query-problems.ts';
import { ADMIN_PORT } from '../prometheus/compose-config.ts';
import { alertNames, runbookPage } from '../prometheus/rules/alert-catalogue.ts';
import { sloRules } from '../prometheus/rules/slo-rules.ts';
import { stateRules } from '../prometheus/rules/state-rules.ts';
import { everyCommand, firstCommands, pageOf, ways } from './runbook-commands.ts';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const known = await knownMetrics([...stateRules, ...sloRules]);
const { ORDER_PORT, PROMETHEUS_PORT, NATS_MONITOR_PORT } = readSettings({});
const ports = [
  ORDER_PORT,
  PROMETHEUS_PORT,
  NATS_MONITOR_PORT,
  ...serviceNames(choreography).map((name) => adminPortOf(choreography, name, {})),
];

const written = (text: string) => [...text.matchAll(/`(npm [^`]+)`/g)].map(([, command = '']) => command);

describe('the runbook', () => {
  it('has a page for each alert, and no other', async () => {
    const pages = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.md'));
    expect(pages.sort()).toEqual(alertNames.map(runbookPage).sort());
  });

  describe.each(alertNames.map((alert) => [alert, pageOf(alert)]))('%s', (_alert, text) => {
    it('tells symptom, meaning, three commands, likely causes, and how to see that it is mended', () => {
      const parts = [
        '**Symptom.**',
        '**Meaning.**',
        '**First three commands**',
        '**Likely causes**',
        '**Mended when**',
      ];
      const at = parts.map((part) => text.indexOf(part));
      expect(at).not.toContain(-1);
      expect(at).toEqual([...at].sort((a, b) => a - b));
      for (const way of ways) expect(firstCommands(text, way)).toHaveLength(3);
    });

    it('names scripts, ports, services and metrics that exist', () => {
      for (const command of [...ways.flatMap((way) => firstCommands(text, way)), ...written(text)]) {
        const [, script] = /(?:^npm(?: run)?|compose run --rm tools) (\w[\w:-]*)/.exec(command) ?? [];
        if (/^npm|tools/.test(command)) expect(Object.keys(scripts), command).toContain(script);
        const [, port] = /localhost:(\d+)/.exec(command) ?? [];
        if (port) expect(ports, command).toContain(Number(port));
        const [, query] = /query\?query=([^']+)'/.exec(command) ?? [];
        if (query) expect(queryProblems(query, known), command).toEqual([]);
        for (const [service] of command.matchAll(/[a-z]+-service/g))
          expect(serviceNames(choreography), command).toContain(service);
      }
    });
  });

  it('tells commands for containers that need nothing of npm start', () => {
    for (const command of everyCommand('containers').keys()) {
      expect(command).not.toMatch(/^npm|\.data\//);
      // Containers publish no admin port.
      const [, port] = /localhost:(\d+)/.exec(command) ?? [];
      if (port) expect([PROMETHEUS_PORT, NATS_MONITOR_PORT], command).toContain(Number(port));
      const [, scraped = ADMIN_PORT] = /-service:(\d+)/.exec(command) ?? [];
      expect(Number(scraped), command).toBe(ADMIN_PORT);
    }
  });

  it('does see a command that is wrong', () => {
    expect(Object.keys(scripts)).not.toContain('dlq-nothing');
    expect(queryProblems('pizza_nothing>0', known)).not.toEqual([]);
  });
});
