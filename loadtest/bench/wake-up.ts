import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuPer, cpuTimes } from './cpu-time.ts';
import { startListener } from './start-listener.ts';

/** What a message there and back between two processes costs on this machine. us, CPU of both sides together. */
export interface WakeUp {
  /** One after the other without a pause: both sides are awake and warm. */
  readonly backToBack: number;
  /** With a pause before each, as at a low rate of orders: both sides have to be woken, and their caches are cold. */
  readonly rested: number;
}

/** Some hundred bytes, as an event has. */
const MESSAGE = Buffer.alloc(500);
const WARM_UP = 500;
const BACK_TO_BACK = 4_000;
const RESTED = 200;
const REST_MS = 5;

/**
 * Measures by two real processes and a connection over loopback. Why orders at a low rate take many times the CPU that they
 * take at saturation is seen from it: an order is dozens of such wake-ups, which are shared with others only under load.
 * @returns undefined where the system does not tell a process's CPU time
 */
export async function measureWakeUp(): Promise<WakeUp | undefined> {
  await using echo = await startListener('wake-up-echo.ts');
  const socket = connect(echo.port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  await roundTrips(socket, WARM_UP, 0);
  const backToBack = await costOf(echo.pid, BACK_TO_BACK, () => roundTrips(socket, BACK_TO_BACK, 0));
  const rested = await costOf(echo.pid, RESTED, () => roundTrips(socket, RESTED, REST_MS));
  socket.destroy();
  return backToBack === undefined || rested === undefined ? undefined : { backToBack, rested };
}

export const wakeUpText = ({ backToBack, rested }: WakeUp): string =>
  `a message there and back between two processes takes ${backToBack.toFixed(0)} us of CPU back to back, ${rested.toFixed(0)} us after a rest of ${REST_MS} ms`;

async function roundTrips(socket: Socket, count: number, restMs: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    if (restMs > 0) await delay(restMs);
    socket.write(MESSAGE);
    for (let received = 0; received < MESSAGE.length; ) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      received += chunk.length;
    }
  }
}

async function costOf(pid: number, count: number, task: () => Promise<void>): Promise<number | undefined> {
  const before = await cpuTimes([{ name: 'echo', pid }]);
  await task();
  const { driver = 0, echo } = cpuPer(count, before, await cpuTimes([{ name: 'echo', pid }]));
  return echo === undefined ? undefined : driver + echo;
}
