const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `500ms`, `30s`, `10m`, `2h` -> ms; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  return digits && unit ? Number(digits) * UNITS[unit as keyof typeof UNITS] : undefined;
}
