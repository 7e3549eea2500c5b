import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What no process can answer for its children: they get it as well. */
const UNANSWERED: readonly unknown[] = ['SIGSTOP', 'SIGCONT', 'SIGKILL'];
/** EPERM: macOS says so of a process that has ended and was not waited for yet. */
const GONE: readonly string[] = ['ESRCH', 'EPERM'];

/**
 * Signals a process group, and its leader's children that have made groups of their own, as PostgreSQL's do. Whether anyone was
 * there; 0 only asks.
 */
export function signalFamily(leader: number, signal: NodeJS.Signals | 0): boolean {
  // Before: a leader that was killed has no children.
  const groups = UNANSWERED.includes(signal) ? [leader, ...childrenOf(leader)] : [leader];
  return groups.map((group) => signalGroup(group, signal)).includes(true);
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    // It ended a moment ago, or is no group: there is nothing left to signal.
    if (GONE.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** By proc(5), else by pgrep; none where there is neither. */
function childrenOf(pid: number): number[] {
  let pids: string;
  try {
    pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    pids = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  }
  return pids.split(/\s+/).filter(Boolean).map(Number);
}
