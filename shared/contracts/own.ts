/** A record's own entry: a customer who orders a `constructor` gets no method of Object for it. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
