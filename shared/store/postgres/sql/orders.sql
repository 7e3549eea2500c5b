-- For whoever looks: the workshop's state table, a row per order, by what the service's entries say (each a list of events).
-- `status`: 'waiting', or the first event that the service published. `came`: the others' events, and when the stream had them.
CREATE VIEW orders AS
SELECT id AS order_id, coalesce(published[1], 'waiting') AS status, came, published, created_at, updated_at,
  to_timestamp(due_at / 1000.0) AS due_at
FROM documents CROSS JOIN LATERAL (
  SELECT
    jsonb_object_agg(event ->> 'type', to_timestamp((event ->> 'storedAt')::numeric / 1000)) FILTER (WHERE NOT own) AS came,
    array_agg(event ->> 'type' ORDER BY nr, part) FILTER (WHERE own) AS published
  FROM unnest(entries) WITH ORDINALITY AS _(entry, nr),
    json_array_elements(entry::json) WITH ORDINALITY AS __(event, part),
    coalesce((event ->> 'own')::boolean, false) AS own
) AS events
WHERE version > 0 AND (expires_at IS NULL OR expires_at > now_ms());
