export { events, owners } from '../solution.ts';

/** The saver comes after the scanner, so it listens to the scanner. */
export const saverListensTo: readonly string[] = ['virus.scanned'];
