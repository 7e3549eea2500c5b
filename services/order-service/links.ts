import { z } from 'zod';

export const orderLinks = z.object({ self: z.string(), events: z.string(), live: z.string() });

/** Where to ask about an order; paths relative to this server. */
export const linksOf = (orderId: string): z.infer<typeof orderLinks> => ({
  self: `/orders/${orderId}`,
  events: `/orders/${orderId}/events`,
  live: `/orders/${orderId}/live`,
});
