const LOOPBACK = /^https?:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?(\/.*)?$/i;

/** Whether a URL leads to this machine and no further. Without `URL`, which k6's runtime does not have. */
export const isLoopback = (url: string): boolean => LOOPBACK.test(url);

/** A load test is an attack on whoever did not ask for it. @throws Error with the remedy. */
export function refuseForeign(url: string, own: boolean): void {
  if (!/^https?:\/\/[^/?#@\s]+(\/.*)?$/.test(url))
    throw new Error(`the target ${url} is no URL of an order intake: write it like http://127.0.0.1:8080`);
  if (!own && !isLoopback(url))
    throw new Error(
      `the target ${url} is not on this machine. If it is yours to load, say so: --i-own-this-target (of k6 itself: -e OWN_TARGET=1)`,
    );
}
