import { type Flow, ownersOf } from '#shared/contracts/flow.ts';

/** The services that remember orders: all that publish something else than the event that starts one. */
export const keepersOf = (flow: Flow): string[] =>
  ownersOf(flow).filter((name) =>
    Object.entries(flow.events).some(([type, { owner }]) => owner === name && type !== flow.start),
  );
