import type { Field, Owner } from '../scanned-event.ts';
import * as solution from '../solution.ts';

export { events, saverListensTo } from '../solution.ts';

/** The scanner has read the file, so it knows best what is in it. */
export const owners: Record<Field, Owner> = { ...solution.owners, contentType: 'virus-scanner' };
