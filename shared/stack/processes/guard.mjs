/**
 * Kills and removes what its parent leaves behind, however the parent ends (even by SIGKILL): it waits on a pipe that the
 * system closes with the parent. Lines on stdin: `+<pid>` guard this process group, `-<pid>` it has ended by itself;
 * `+<absolute path>` guard this temporary folder, `-<absolute path>` it is removed.
 */
import { rmSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { createInterface } from 'node:readline';
import { signalFamily } from './family.ts';

const GRACE_MS = 5_000;
const groups = new Set();
const folders = new Set();

// A signal meant for the parent's terminal must not end the guard before its work.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const named = line.slice(1);
  const [known, item] = isAbsolute(named) ? [folders, named] : [groups, Number(named)];
  if (line.startsWith('+')) known.add(item);
  else known.delete(item);
}

const deadline = Date.now() + GRACE_MS;
let left = [...groups].filter((pid) => signalFamily(pid, 'SIGCONT') && signalFamily(pid, 'SIGTERM'));
while (left.length > 0 && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  left = left.filter((pid) => signalFamily(pid, 0));
}
for (const pid of left) signalFamily(pid, 'SIGKILL');
// Those that were killed just now may still write for a moment.
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
