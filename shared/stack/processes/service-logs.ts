import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of raw lines per service, kept across starts. */
export async function openLogs(
  folder: string,
  closing: (() => void)[],
): Promise<(service: string, line: string) => void> {
  await mkdir(folder, { recursive: true });
  const files = new Map<string, WriteStream>();
  closing.push(() => {
    for (const file of files.values()) file.end();
  });
  return (service, line) => {
    const file = files.get(service) ?? createWriteStream(join(folder, `${service}.jsonl`), { flags: 'a' });
    files.set(service, file);
    file.write(`${line}\n`);
  };
}
