/** A file of its own, without an import, so that k6 can read it as it is. */
export const sizes = ['small', 'medium', 'large'] as const;
