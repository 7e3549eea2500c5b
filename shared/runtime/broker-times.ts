import type { Settings } from './settings.ts';

/** What the settings say of the streams and durables, as the broker's adapter takes it. ms */
export const brokerTimesOf = ({
  ACK_WAIT,
  RETENTION,
  DEAD_LETTER_RETENTION,
}: Pick<Settings, 'ACK_WAIT' | 'RETENTION' | 'DEAD_LETTER_RETENTION'>) => ({
  ackWaitMs: ACK_WAIT,
  retentionMs: RETENTION,
  deadLetterRetentionMs: DEAD_LETTER_RETENTION,
});
