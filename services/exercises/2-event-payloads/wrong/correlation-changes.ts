export { contracts } from '../solution.ts';

/** Surely no two photos have the same. */
export const correlationId = (): string => crypto.randomUUID();
