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
export type Captured = { readonly transactionId: string; readonly amount: number; readonly currency: string };

/** `pending`: no answer within the patience; whether it captured is unknown. Ask again. */
export type ChargeAnswer =
  | ({ readonly status: 'captured' } & Captured)
  | { readonly status: 'declined'; readonly reason: string; readonly errorCode: string }
  | { readonly status: 'cancelled' }
  | { readonly status: 'pending' };

export type RefundAnswer = ({ readonly status: 'refunded' } & Captured) | { readonly status: 'unknown' };
