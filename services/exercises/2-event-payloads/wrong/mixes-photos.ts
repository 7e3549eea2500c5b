import type { Upload } from '../photo-flow.ts';

export { contracts } from '../solution.ts';

/** All services know the user. */
export const correlationId = ({ userId }: Upload): string => userId;
