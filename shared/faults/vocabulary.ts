/** Every fault that is injected anywhere: by services, the chaos runner, the simulation and at the crash points. */
export const vocabulary = {
  delay: { kind: 'message', meaning: 'an event reaches its consumers long after it occurred' },
  duplicate: { kind: 'message', meaning: 'an event is stored twice: same event id, different Nats-Msg-Id' },
  reorder: { kind: 'message', meaning: 'events are stored or delivered in a different order' },
  drop: { kind: 'message', meaning: 'the acknowledgement of a processed delivery is lost: it is redelivered' },
  corrupt: { kind: 'message', meaning: 'a truncated copy of an event follows it: a poison message' },
  'dependency-slow': { kind: 'dependency', meaning: 'a call to a dependency takes longer' },
  'dependency-failing': { kind: 'dependency', meaning: 'a call to a dependency fails before it has any effect' },
  'dependency-timeout': { kind: 'dependency', meaning: 'a call gets no answer; it may have had its effect' },
  kill: { kind: 'process', meaning: 'SIGKILL: the process ends at once and stays down until it is started again' },
  freeze: { kind: 'process', meaning: 'SIGSTOP: connections stay open, nothing is processed until SIGCONT' },
  restart: { kind: 'process', meaning: 'ended by SIGKILL (a crash) or SIGTERM (a deployment) and started at once' },
  wipe: { kind: 'server', meaning: 'the store loses all data, the simulated gateway’s journal included' },
  'slow-network': { kind: 'network', meaning: 'latency in both directions between services and a server' },
  partition: { kind: 'network', meaning: 'no bytes pass between services and a server; connections stay open' },
  'reset-connections': { kind: 'network', meaning: 'connections to a server are closed and new ones refused' },
  skew: { kind: 'clock', meaning: 'the wall clock of one process is wrong' },
} as const satisfies Readonly<Record<string, { readonly kind: FaultKind; readonly meaning: string }>>;

export type FaultKind = 'message' | 'dependency' | 'process' | 'server' | 'network' | 'clock';
export type FaultName = keyof typeof vocabulary;

/** The names of the faults of a kind: `FaultNameOf<'message'>` is `'delay' | 'duplicate' | …` */
export type FaultNameOf<Kind extends FaultKind> = {
  [Name in FaultName]: (typeof vocabulary)[Name]['kind'] extends Kind ? Name : never;
}[FaultName];

export const faultNames = Object.keys(vocabulary) as readonly FaultName[];

/** In the order of the vocabulary. */
export const namesOf = <Kind extends FaultKind>(...kinds: readonly Kind[]): readonly FaultNameOf<Kind>[] =>
  faultNames.filter((name): name is FaultNameOf<Kind> =>
    (kinds as readonly FaultKind[]).includes(vocabulary[name].kind),
  );

/** The signal by which a fault is injected into a process. A restart takes either way to end: SIGKILL or SIGTERM. */
export const processSignals = {
  kill: 'SIGKILL',
  freeze: 'SIGSTOP',
} as const satisfies Partial<Record<FaultNameOf<'process'>, NodeJS.Signals>>;
