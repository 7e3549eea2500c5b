/** Durations that must fit each other. ms */
export interface RelatedDurations {
  readonly ORDER_TIMEOUT: number;
  readonly ACK_WAIT: number;
  readonly RETENTION: number;
  readonly RESERVATION_TTL: number;
}

/** A message may be delivered three times before its order times out, and the stream outlives three timeouts. */
const TIMES = 3;

/** Defaults follow what is set, so that one variable alone never conflicts; all others follow ORDER_TIMEOUT. */
export function fitDefaults(durations: RelatedDurations, isSet: (name: keyof RelatedDurations) => boolean) {
  const { ACK_WAIT, RETENTION, RESERVATION_TTL } = durations;
  const atMost = isSet('RETENTION') ? Math.floor(RETENTION / TIMES) : Number.POSITIVE_INFINITY;
  const atLeast = isSet('ACK_WAIT') ? TIMES * ACK_WAIT : 1;
  const given = durations.ORDER_TIMEOUT;
  const ORDER_TIMEOUT = isSet('ORDER_TIMEOUT') ? given : Math.max(atLeast, Math.min(given, atMost));
  return {
    ORDER_TIMEOUT,
    ACK_WAIT: isSet('ACK_WAIT') ? ACK_WAIT : Math.max(1, Math.min(ACK_WAIT, Math.floor(ORDER_TIMEOUT / TIMES))),
    RETENTION: isSet('RETENTION') ? RETENTION : Math.max(RETENTION, TIMES * ORDER_TIMEOUT),
    RESERVATION_TTL: isSet('RESERVATION_TTL') ? RESERVATION_TTL : Math.max(RESERVATION_TTL, 2 * ORDER_TIMEOUT),
  };
}

/** Of what was set and does not fit: the variable, and what is wrong with it. */
export function problemsOf({ RETENTION, ACK_WAIT, ORDER_TIMEOUT: ms }: RelatedDurations): [string, string][] {
  const problems: [string, string][] = [];
  if (RETENTION < TIMES * ms)
    problems.push([
      'RETENTION',
      `must be at least ${TIMES} x ORDER_TIMEOUT (${ms} ms here): raise it, or lower ORDER_TIMEOUT`,
    ]);
  if (TIMES * ACK_WAIT > ms)
    problems.push([
      'ACK_WAIT',
      `must be at most a third of ORDER_TIMEOUT (${ms} ms here): lower it, or raise ORDER_TIMEOUT`,
    ]);
  return problems;
}
