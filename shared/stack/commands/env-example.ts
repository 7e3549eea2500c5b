import type { z } from 'zod';
import { type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { adminPortVariable, variables } from '#shared/runtime/settings.ts';
import { adminPortOf } from '../admin-ports.ts';

const HEAD = `# Copy this file to .env and uncomment what you want to change: npm start and docker compose read it.
# A duration is written 500ms, 30s, 10m or 2h. What is commented is the default.`;

const COMPOSE_ONLY = `# What follows is read by docker compose alone. It publishes every port on 127.0.0.1, and no admin port.

# Port of Alertmanager (profile alerts).
#ALERTMANAGER_PORT=9093

# Port of toxiproxy’s API (profile chaos).
#TOXIPROXY_PORT=8474

# Where the services look for NATS: toxiproxy puts it in their way (profile chaos).
#NATS_HOST=nats

# Where the services look for Redis: toxiproxy puts it in their way (profile chaos).
#REDIS_HOST=redis`;

/** The text of `.env.example`: every variable with its meaning and default. */
export function envExample(pattern: Pattern): string {
  const settings = Object.entries(variables).map(([name, schema]) =>
    entry(name, schema.description, defaultOf(schema)),
  );
  const adminPorts = serviceNames(pattern).map((service) =>
    entry(adminPortVariable(service), `/live, /ready and /metrics of ${service}.`, adminPortOf(pattern, service, {})),
  );
  return `${[HEAD, ...settings, ...adminPorts, COMPOSE_ONLY].join('\n\n')}\n`;
}

const entry = (name: string, meaning = '', value: unknown = ''): string => `# ${meaning}\n#${name}=${value}`;

/** What stands for an unset variable; undefined when nothing does. */
function defaultOf(schema: z.core.$ZodType): unknown {
  const { def } = schema._zod as { def: { defaultValue?: unknown; in?: z.core.$ZodType; innerType?: z.core.$ZodType } };
  const inner = def.in ?? def.innerType;
  return def.defaultValue ?? (inner && defaultOf(inner));
}
