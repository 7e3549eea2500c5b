/** What the demo is to show, each by a Prometheus query that is above 0 once it did. */
export const shown: Readonly<Record<string, string>> = {
  ready: 'pizza_orders_resolved_total{outcome="ready"}',
  declined: 'pizza_orders_resolved_total{reason="payment-failed"}',
  'sold out': 'pizza_orders_resolved_total{reason="inventory-unavailable"}',
  'no chef': 'pizza_orders_resolved_total{reason="chef-unavailable"}',
  'a slow bank': 'pizza_events_published_total{type="payment.initiated"}',
  duplicate: 'pizza_event_processing_seconds_count{service="kitchen-service",outcome="duplicate"}',
  'the duplicate as an injected fault': 'pizza_chaos_injected_total{fault="duplicate"}',
  timeout: 'pizza_orders_resolved_total{outcome="timeout",missing="payment"}',
  late: 'pizza_event_processing_seconds_count{service="kitchen-service",outcome="late"}',
  'what was late, undone': 'pizza_compensations_total{kind="payment.refund",reason="late"}',
};
