/** What `npm run lab` pushes to Prometheus at its end, and the dashboard Lab shows: the median of each figure. */
export const LAB_GAUGE = 'pizza_lab';
export const labLabels = ['pattern', 'scenario', 'measure'] as const;
export type LabLabels = Readonly<Record<(typeof labLabels)[number], string>>;
