import type { z } from 'zod';
import { adminPortVariable, variables } from '#shared/runtime/settings.ts';
import { composeVariables } from '../compose/compose-variables.ts';
import { FIRST_ADMIN_PORT, knownServices } from '../service-plan.ts';

/** The text of `.env.example`: every variable with its meaning and default. */
export function envExample(): string {
  const known = Object.entries(variables).map(([name, schema]) =>
    entry(name, schema.description ?? '', defaultOf(schema) ?? ''),
  );
  const admin = knownServices().map((service, index) =>
    entry(adminPortVariable(service), `/live, /ready and /metrics of ${service}.`, String(FIRST_ADMIN_PORT + index)),
  );
  const compose = composeVariables.map(({ name, about, fallback }) => entry(name, about, fallback));
  return `${[HEAD, ...known, ...admin, COMPOSE, ...compose].join('\n\n')}\n`;
}

const HEAD = `# Copy this file to .env and uncomment what you want to change: npm start and docker compose read it.
# A duration is written 500ms, 30s, 10m or 2h. What is commented is the default.`;

const COMPOSE =
  '# What follows is read by docker compose alone. It publishes every port on 127.0.0.1, and no admin port.';

const entry = (name: string, meaning: string, value: string): string => `# ${meaning}\n#${name}=${value}`;

/** The text that stands for an unset variable; undefined when there is none. */
function defaultOf(schema: z.core.$ZodType): string | undefined {
  const { def } = schema._zod as { def: { defaultValue?: unknown; in?: z.core.$ZodType; innerType?: z.core.$ZodType } };
  if (def.defaultValue !== undefined) return String(def.defaultValue);
  const inner = def.in ?? def.innerType;
  return inner && defaultOf(inner);
}
