/** One step on the way from a service to a panel. */
export const hopNames = ['services', 'scrape', 'rules', 'orders', 'collector', 'traces', 'logs', 'grafana'] as const;
export type HopName = (typeof hopNames)[number];

/** `absent`: not part of this stack, or not to be judged from here; nothing is wrong with that. */
export type HopState = 'ok' | 'broken' | 'absent';

/** What was found at a hop. */
export interface Finding {
  readonly hop: HopName;
  readonly state: HopState;
  /** One sentence: what was seen. */
  readonly says: string;
  /** What to do; whatever is broken has one. */
  readonly remedy?: string;
}

export const ok = (hop: HopName, says: string): Finding => ({ hop, state: 'ok', says });
export const broken = (hop: HopName, says: string, remedy: string): Finding => ({ hop, state: 'broken', says, remedy });
export const absent = (hop: HopName, says: string): Finding => ({ hop, state: 'absent', says });

/** Where each part is asked: base URLs without a slash at the end. */
export interface Places {
  readonly intake: string;
  /** Service -> its admin server, where `npm start` puts it. */
  readonly admin: Readonly<Record<string, string>>;
  readonly prometheus: string;
  readonly collector: string;
  readonly tempo: string;
  readonly loki: string;
  readonly grafana: string;
}
