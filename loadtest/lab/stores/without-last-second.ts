import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Watch } from '../../../chaos/engine/watch.ts';
import type { Injected } from '../../../chaos/faults/faults.ts';
import { partOf } from '../../../chaos/target/target.ts';

const LOST_MS = 1_000;

/** As after a power cut: Redis is killed, and comes up with the append-only file of a second before. */
export async function withoutLastSecond({ target, pause }: Watch): Promise<Injected> {
  const part = partOf(target, 'redis');
  const file = await appendOnlyFolder(target.stores.all.url);
  const earlier = await mkdtemp(join(tmpdir(), 'last-second-'));
  try {
    await cp(file, earlier, { recursive: true });
    await pause(LOST_MS);
    await part.signal('SIGKILL');
    await rm(file, { recursive: true });
    await cp(earlier, file, { recursive: true });
    await part.restart();
  } finally {
    await rm(earlier, { recursive: true });
  }
  return { what: 'Redis restarted without its last second' };
}

async function appendOnlyFolder(url: string): Promise<string> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  try {
    const [, dir = ''] = (await redis.config('GET', 'dir')) as string[];
    const [, name = ''] = (await redis.config('GET', 'appenddirname')) as string[];
    return join(dir, name);
  } finally {
    redis.disconnect();
  }
}
