-- Each answers NULL if the store is in another epoch than `known`, and has done nothing then.

CREATE FUNCTION claim_due(known text, most integer, lease_ms bigint) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  now bigint;
  claimed json;
BEGIN
  PERFORM FROM store WHERE epoch = known FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  now := now_ms();
  DELETE FROM leases WHERE leased_until <= now;
  WITH due AS (
    SELECT id, due_at FROM documents
    WHERE due_at <= now AND NOT EXISTS (SELECT FROM leases WHERE leases.due_at = documents.due_at AND leases.id = documents.id)
    ORDER BY due_at, id LIMIT most
  ), leased AS (
    INSERT INTO leases SELECT id, due_at, now + lease_ms FROM due
  )
  SELECT json_agg(json_build_object('id', id, 'dueAt', due_at) ORDER BY due_at, id) INTO claimed FROM due;
  RETURN coalesce(claimed, '[]');
END
$$;

-- Sets the pools that are missing, or raises all. Counts what is added to each pool, ever.
CREATE FUNCTION stock(known text, wanted json, raises boolean) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM store WHERE epoch = known FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  WITH before AS (
    SELECT key AS name, value::bigint AS target, units
    FROM json_each_text(wanted) LEFT JOIN pools ON name = key
    WHERE units IS NULL OR (raises AND units < value::bigint)
  ), filled AS (
    INSERT INTO pools SELECT name, target FROM before ON CONFLICT (name) DO UPDATE SET units = excluded.units
  )
  INSERT INTO counters AS counter SELECT 'filled:' || name, target - coalesce(units, 0) FROM before
  ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value;
  RETURN '"stocked"';
END
$$;

-- Of data without an epoch nothing is known: a rebuild begins with none. Answers whether it begins.
CREATE FUNCTION begin_rebuild(known text, fresh text, lease_ms bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF known IS NULL THEN
    INSERT INTO store VALUES (true, fresh, 0, NULL, now_ms() + lease_ms) ON CONFLICT DO NOTHING;
  ELSE
    UPDATE store SET epoch = fresh, leased_until = now_ms() + lease_ms WHERE epoch = known AND leased_until <= now_ms();
  END IF;
  IF NOT FOUND THEN RETURN false; END IF;
  IF known IS NULL THEN
    DELETE FROM documents;
    DELETE FROM leases;
    DELETE FROM counters;
    DELETE FROM pools;
  END IF;
  RETURN true;
END
$$;

-- Removes documents that have expired, some at a time. One that is due again is kept, without what it said.
CREATE FUNCTION tidy() RETURNS void LANGUAGE sql AS $$
  DELETE FROM documents WHERE due_at IS NULL AND id IN (
    SELECT id FROM documents WHERE expires_at <= now_ms() ORDER BY expires_at LIMIT 10000 FOR UPDATE SKIP LOCKED
  );
$$;

-- A backup, or a standby that took over, may lack the last writes: it is another server, or on another timeline.
CREATE FUNCTION server() RETURNS text LANGUAGE sql AS $$
  SELECT system_identifier || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()
$$;
