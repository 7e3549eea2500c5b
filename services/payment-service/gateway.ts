/** The port to a payment gateway. Every call is idempotent by paymentId, which is the key that the gateway is given. */
export interface PaymentGateway {
  /** Captures the amount, or says how an earlier call with this paymentId ended. */
  charge(request: ChargeRequest, patienceMs: number): Promise<ChargeAnswer>;
  /** Sees to it that a charge that was not made yet is never made. */
  cancel(paymentId: string): Promise<ChargeAnswer>;
  /** Gives back what was captured, once. `unknown`: nothing was captured under this paymentId for this order. */
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

/** `pending`: no answer within the patience; captured or not is unknown. Ask again. */
export type ChargeAnswer =
  | ({ readonly status: 'captured' } & Captured)
  | { readonly status: 'declined'; readonly reason: string; readonly errorCode: string }
  | { readonly status: 'cancelled' }
  | { readonly status: 'pending' };

export type RefundAnswer = ({ readonly status: 'refunded' } & Captured) | { readonly status: 'unknown' };
