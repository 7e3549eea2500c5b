import { Unavailable } from '#shared/messaging/faults.ts';

/** The broker's answer. @throws Unavailable when it takes longer than `ms`: the outcome is unknown then. */
export async function withinDeadline<T>(answer: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Unavailable('broker')), ms);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
