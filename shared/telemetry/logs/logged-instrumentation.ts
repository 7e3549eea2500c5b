import type { Logger } from 'pino';
import type { Instrumentation, Milestone } from '#shared/kernel/instrumentation.ts';
import type { Settlement } from '#shared/messaging/failure-policy.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Outcomes of a delivery that are logged at info or above; all others are logged at debug. */
const LINES: Readonly<Record<string, readonly [Level, string]>> = {
  dead_letter: ['error', 'dead-lettered'],
  retry: ['warn', 'to be tried again'],
  conflict: ['warn', 'conflicting event'],
  late: ['info', 'late event'],
  rejected: ['info', 'rejected event'],
};

const REBUILD_LINES = {
  noticed: 'the store lost data: paused until it is rebuilt from the stream',
  folding: 'rebuilding from the stream',
  whole: 'the store is whole again',
  failed: 'the rebuild was interrupted; it begins again',
} as const;
/** Any restart of Redis may have lost its last writes; mostly none are missing. */
const RESTARTED = 'the store was restarted: paused until the end of the stream is read again';

/** Logs decisions, rebuilds, injected faults and how each delivery ended. */
export function createLoggedInstrumentation(log: Logger): Partial<Instrumentation> {
  return {
    settled(consumer, settlement) {
      const [level, message] = LINES[settlement.outcome] ?? (['debug', 'processed'] as const);
      if (log.isLevelEnabled(level)) log[level](settlementFields(consumer.type, settlement), message);
    },
    rebuilding(progress) {
      const { error: err, sinceMs, byOther: by_other, ...rebuild } = progress;
      const isRestart = progress.phase === 'noticed' && progress.cause === 'restarted';
      const level = isRestart || progress.phase === 'whole' || progress.phase === 'folding' ? 'info' : 'warn';
      const message = isRestart ? RESTARTED : REBUILD_LINES[progress.phase];
      log[level]({ rebuild, by_other, since_ms: Math.round(sinceMs), err }, message);
    },
    injected(injection) {
      log.info({ fault: injection.fault, type: injection.type, order_id: injection.orderId }, 'fault injected');
    },
    milestone(orderId, milestone) {
      log.info(decisionFields(orderId, milestone), 'order decided');
    },
  };
}

/** Ids come from the subject and the headers: a message that is no event has them nowhere else. */
function settlementFields(type: string, { outcome, reason, error, delivery }: Settlement): object {
  const { subject, headers, sequence, deliveryCount } = delivery;
  return {
    order_id: subject.slice(subject.lastIndexOf('.') + 1),
    event_id: headers['ce-id'] ?? headers['nats-msg-id'],
    type,
    outcome,
    reason,
    sequence,
    delivery_count: deliveryCount,
    err: error,
  };
}

function decisionFields(orderId: string, milestone: Milestone): object {
  const { outcome, missing, reason, last, decidedBy, sinceOrderedMs, joinWaitMs, slackMs } = milestone;
  return {
    order_id: orderId,
    decision: outcome,
    reason,
    missing: missing.length > 0 ? missing.join('+') : undefined,
    last,
    [outcome === 'ready' ? 'time_to_ready_ms' : 'time_to_end_ms']: sinceOrderedMs,
    join_wait_ms: joinWaitMs,
    slack_ms: slackMs,
    event_id: decidedBy?.id,
    type: decidedBy?.type,
  };
}
