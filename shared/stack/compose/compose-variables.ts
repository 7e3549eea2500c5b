/** A variable that only docker compose reads, in `docker-compose.yml`; the others it passes on to the services. */
export interface ComposeVariable {
  readonly name: string;
  readonly fallback: string;
  readonly about: string;
}

/** In the order of `.env.example`. */
export const composeVariables: readonly ComposeVariable[] = [
  { name: 'ALERTMANAGER_PORT', fallback: '9093', about: 'Port of Alertmanager (profile alerts).' },
  { name: 'TOXIPROXY_PORT', fallback: '8474', about: 'Port of toxiproxy’s API (profile chaos).' },
  {
    name: 'NATS_HOST',
    fallback: 'nats',
    about: 'Where the services look for NATS: toxiproxy puts it in their way (profile chaos).',
  },
  {
    name: 'REDIS_HOST',
    fallback: 'redis',
    about: 'Where the services look for Redis: toxiproxy puts it in their way (profile chaos).',
  },
];
