/** The steps on the way from a service to a panel. */
export const hopNames = ['services', 'scrape', 'rules', 'orders', 'collector', 'traces', 'logs', 'grafana'] as const;
export type HopName = (typeof hopNames)[number];

export interface Finding {
  readonly hop: HopName;
  /** `absent`: not part of this stack, or not to be judged from here; nothing is wrong with that. */
  readonly state: 'ok' | 'broken' | 'absent';
  readonly says: string;
  /** What to do. Every broken hop has one. */
  readonly remedy?: string;
}

/** Thrown by the examination of a hop: what is wrong, and what to do. */
export class Broken extends Error {
  readonly remedy: string;
  constructor(says: string, remedy: string) {
    super(says);
    this.remedy = remedy;
  }
}

/** Base URLs without a slash at the end. */
export interface Places {
  readonly intake: string;
  /** Service -> its admin server, where `npm start` puts it. */
  readonly admin: Readonly<Record<string, string>>;
  readonly prometheus: string;
  /** What the services keep their state in: STORE. */
  readonly store: string;
  readonly collector: string;
  readonly tempo: string;
  readonly loki: string;
  readonly grafana: string;
}
