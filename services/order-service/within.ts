import { Unavailable } from '#shared/messaging/faults.ts';

/** Every answer is out within 2 s, even when a frozen broker never says no. */
export const ANSWER_WITHIN_MS = 1_600;

/** The broker's answer if it comes in time. @throws Unavailable when it does not: the outcome is unknown. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Unavailable('broker')), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
