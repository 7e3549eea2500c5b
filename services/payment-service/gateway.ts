import { z } from 'zod';

export const GATEWAY = 'payment-gateway';

/** The port to a payment gateway. Every call is idempotent by paymentId, the gateway's key. */
export interface PaymentGateway {
  /** Captures the amount, or returns the outcome of an earlier call with this paymentId. */
  charge(request: ChargeRequest, patienceMs: number): Promise<ChargeAnswer>;
  /** Prevents a charge that was not made yet. */
  cancel(paymentId: string): Promise<ChargeAnswer>;
  /** Refunds what was captured, once. `unknown`: nothing was captured for this paymentId and order. */
  refund(paymentId: string, orderId: string): Promise<RefundAnswer>;
}

export interface ChargeRequest {
  readonly orderId: string;
  readonly paymentId: string;
  readonly customerId: string;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
}

/** In minor units of `currency`. */
const captured = z.object({ transactionId: z.string(), amount: z.int().nonnegative(), currency: z.string() });
export type Captured = Readonly<z.infer<typeof captured>>;

/** `pending`: no answer within the patience; whether it captured is unknown. Ask again. */
export const chargeAnswer = z.discriminatedUnion('status', [
  captured.extend({ status: z.literal('captured') }),
  z.object({ status: z.literal('declined'), reason: z.string(), errorCode: z.string() }),
  z.object({ status: z.literal('cancelled') }),
  z.object({ status: z.literal('pending') }),
]);
export type ChargeAnswer = Readonly<z.infer<typeof chargeAnswer>>;

export const refundAnswer = z.discriminatedUnion('status', [
  captured.extend({ status: z.literal('refunded') }),
  z.object({ status: z.literal('unknown') }),
]);
export type RefundAnswer = Readonly<z.infer<typeof refundAnswer>>;
