/** Customers whose cards the simulated gateway declines: plain data without an import, for demos, tests and k6 alike. */
export const declinedCustomers: Readonly<Record<string, { reason: string; errorCode: string }>> = {
  'cust-declined': { reason: 'insufficient-funds', errorCode: 'E001' },
  'cust-expired-card': { reason: 'card-expired', errorCode: 'E002' },
  'cust-blocked': { reason: 'suspected-fraud', errorCode: 'E003' },
};

/** Customers whose bank takes its time, in ms (divided by TIME_SCALE): `payment.initiated` is published meanwhile. */
export const slowCustomers: Readonly<Record<string, number>> = { 'cust-slow-bank': 3_000 };
