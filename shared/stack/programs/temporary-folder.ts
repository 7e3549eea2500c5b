import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard } from '../processes/guarded-process.ts';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** An empty folder for its owner alone, which never outlives this process, however that ends. */
export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `pizza-${name}-`));
  const unguard = guard(path);
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
      unguard();
    },
  };
}
