/**
 * `npm run clean [-- --all]`: removes the kept data and logs, with --all the downloaded servers too. Plain JavaScript
 * without packages: it works on a clone where nothing is installed. Removes only what the stack itself put there.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

if (process.argv.includes('--help')) {
  console.log('npm run clean: removes the kept data and logs; `npm run clean -- --all` the downloaded servers, too.');
  process.exit(0);
}
const root = resolve(import.meta.dirname, '../../..');
const env = existsSync(join(root, '.env')) ? readFileSync(join(root, '.env'), 'utf8') : '';
const [, fromFile] = /^\s*DATA_DIR\s*=\s*["']?([^"'\n#]+?)["']?\s*$/m.exec(env) ?? [];
const named = process.env.DATA_DIR || fromFile || '.data';
const folder = resolve(root, named.replace(/^~(?=\/|$)/, homedir()));
const lock = join(folder, 'stack.pid');

const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
if (pid > 0 && isRunning(pid)) {
  console.error(`A stack (pid ${pid}) is running on ${folder}. Stop it first (Ctrl-C there, or kill ${pid}).`);
  process.exit(1);
}
const all = process.argv.includes('--all');
const data = ['nats', 'redis', 'prometheus', 'credentials', 'logs', 'compile-cache', 'control.sock', 'stack.pid'];
for (const entry of [...data, ...(all ? ['programs'] : [])])
  rmSync(join(folder, entry), { recursive: true, force: true });
console.log(`Removed the data in ${folder}${all ? '' : ' (downloaded servers are kept; --all removes them too)'}.`);
