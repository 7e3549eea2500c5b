/** Customers whose cards the simulated gateway declines: plain data without an import, for demos, tests and k6 alike. */
export const declinedCustomers: Readonly<Record<string, { reason: string; errorCode: string }>> = {
  'cust-declined': { reason: 'insufficient-funds', errorCode: 'E001' },
  'cust-expired-card': { reason: 'card-expired', errorCode: 'E002' },
  'cust-blocked': { reason: 'suspected-fraud', errorCode: 'E003' },
};

/** How long the customer's bank takes, ms (divided by TIME_SCALE). The second one outlasts the default ORDER_TIMEOUT, 30m. */
export const slowCustomers = { 'cust-slow-bank': 3_000, 'cust-stuck-bank': 3_600_000 } as const;
