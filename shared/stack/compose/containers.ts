import { execa } from 'execa';
import { table } from '#shared/report/table.ts';
import { docker } from './docker.ts';
import type { ComposeProject } from './project.ts';

/** Health and memory of a container. */
export interface ContainerReport {
  readonly service: string;
  readonly state: string;
  /** From its own start to the first passed health check, seconds; undefined without one. */
  readonly healthyAfterS: number | undefined;
  /** Used now, and allowed, in MiB. Undefined when it does not run. */
  readonly memory: { readonly used: number; readonly limit: number } | undefined;
}

const label = (project: ComposeProject): string => `label=com.docker.compose.project=${project.name}`;

/** When each container started and first was healthy, while it is watched; ms since the epoch. */
export interface HealthWatch extends Disposable {
  readonly startedAt: ReadonlyMap<string, number>;
  readonly healthyAt: ReadonlyMap<string, number>;
}

interface DockerEvent {
  readonly Action: string;
  readonly id: string;
  readonly timeNano: number;
}

/** Follows the engine's events while they happen: it keeps only the last few of them. */
export function watchHealth(project: ComposeProject): HealthWatch {
  const startedAt = new Map<string, number>();
  const healthyAt = new Map<string, number>();
  const filters = [label(project), 'type=container', 'event=start', 'event=health_status'];
  const args = filters.flatMap((filter) => ['--filter', filter]);
  const child = execa('docker', ['events', ...args, '--format', '{{json .}}'], { reject: false, stdin: 'ignore' });
  const read = async () => {
    for await (const line of child) {
      const { Action, id, timeNano } = JSON.parse(line) as DockerEvent;
      const times = Action === 'start' ? startedAt : Action.endsWith(': healthy') ? healthyAt : undefined;
      if (times && !times.has(id)) times.set(id, timeNano / 1e6);
    }
  };
  void read();
  return { startedAt, healthyAt, [Symbol.dispose]: () => void child.kill() };
}

interface Inspected {
  readonly Id: string;
  readonly State: { readonly Status: string; readonly ExitCode: number; readonly Health?: { readonly Status: string } };
  readonly HostConfig: { readonly Memory: number };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

/** Every container of the project, ended ones too, by the name of its service. */
export async function reportContainers(project: ComposeProject, watch: HealthWatch): Promise<ContainerReport[]> {
  const ids = (await docker(['ps', '--all', '--quiet', '--no-trunc', '--filter', label(project)]))
    .split('\n')
    .filter(Boolean);
  if (ids.length === 0) return [];
  const inspected = JSON.parse(await docker(['inspect', ...ids])) as Inspected[];
  const used = await usedMemory(inspected.filter(({ State }) => State.Status === 'running').map(({ Id }) => Id));
  const reports = inspected.map(({ Id, State, HostConfig, Config }) => {
    const [started, healthy] = [watch.startedAt.get(Id), watch.healthyAt.get(Id)];
    const memory = used.get(Id);
    return {
      service: Config.Labels['com.docker.compose.service'] ?? Id.slice(0, 12),
      state: State.Status === 'exited' ? `ended (${State.ExitCode})` : (State.Health?.Status ?? State.Status),
      healthyAfterS: started && healthy ? (healthy - started) / 1_000 : undefined,
      memory: memory === undefined ? undefined : { used: memory, limit: HostConfig.Memory / 2 ** 20 },
    };
  });
  return reports.sort((a, b) => a.service.localeCompare(b.service));
}

/** Container id -> MiB. */
async function usedMemory(ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const text = await docker(['stats', '--no-stream', '--no-trunc', '--format', '{{.ID}} {{.MemUsage}}', ...ids]);
  const lines = text.split('\n').filter(Boolean);
  return new Map(lines.map((line) => line.split(' ')).map(([id = '', usage = '']) => [id, mebibytesOf(usage)]));
}

const UNITS: Readonly<Record<string, number>> = { B: 1 / 2 ** 20, KiB: 1 / 1_024, MiB: 1, GiB: 1_024 };

/** `57.2MiB` -> 57.2. @throws when docker writes it in another way */
export function mebibytesOf(text: string): number {
  const [, digits, unit = ''] = /^([\d.]+)([A-Za-z]+)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (!digits || factor === undefined) throw new Error(`docker stats says ${text}, which is no size`);
  return Number(digits) * factor;
}

/** A table: start-up time and memory of each container, and what all of them take together. */
export function describeContainers(reports: readonly ContainerReport[]): string[] {
  const sum = (of: 'used' | 'limit') => reports.reduce((total, { memory }) => total + (memory?.[of] ?? 0), 0);
  const size = (mebibytes?: number) => (mebibytes === undefined ? '–' : `${Math.round(mebibytes)} MiB`);
  const rows = reports.map(({ service, state, healthyAfterS, memory }) => [
    service,
    state,
    healthyAfterS ? `${healthyAfterS.toFixed(1)} s` : '–',
    size(memory?.used),
    size(memory?.limit),
  ]);
  const head = ['container', 'state', 'healthy', 'used', 'allowed'];
  return table(head, [...rows, ['together', '', '', size(sum('used')), size(sum('limit'))]]).split('\n');
}
