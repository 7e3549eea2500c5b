import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Obtain } from './obtain.ts';
import { placeFolder } from './place-folder.ts';
import { describeWanted } from './wanted-program.ts';

interface Source {
  readonly module: string;
  /** What the build is called, where that is not the program's name. */
  readonly built?: string;
  readonly flags?: readonly string[];
}

const SOURCES: Readonly<Record<string, Source>> = {
  k6: { module: 'go.k6.io/k6@v1.8.1' },
  'nats-server': { module: 'github.com/nats-io/nats-server/v2@v2.12.15' },
  'toxiproxy-server': {
    module: 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0',
    built: 'server',
    // Unless its build is told, the program knows no version of itself.
    flags: ['-ldflags', '-X github.com/Shopify/toxiproxy/v2.Version=2.12.0'],
  },
};

/** Builds a program that is written in Go into the folder's `bin`. */
export const obtainWithGo: Obtain = async (wanted, folder, say) => {
  const { name } = wanted;
  const source = SOURCES[name];
  if (!source || (await execa('go', ['version'], { reject: false })).failed) return undefined;
  say(
    `${describeWanted(wanted)} is not installed: building it by go install ${source.module} into ${folder} (takes a minute)`,
  );
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  await placeFolder(work, folder, async () => {
    await mkdir(join(work, 'root/bin'), { recursive: true });
    const bin = join(work, 'root/bin');
    await execa('go', ['install', ...(source.flags ?? []), source.module], { env: { GOBIN: bin } });
    if (source.built) await rename(join(bin, source.built), join(bin, name));
    return join(work, 'root');
  });
  return true;
};
