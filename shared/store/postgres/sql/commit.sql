CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql AS $$
  SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

-- A document as the port has it, also one that is not there.
CREATE FUNCTION view(wanted text, now bigint) RETURNS json STABLE LANGUAGE plpgsql AS $$
DECLARE
  kept documents;
BEGIN
  SELECT * INTO kept FROM documents WHERE id = wanted;
  IF kept.expires_at <= now OR kept.version IS NULL THEN
    kept.version := 0;
    kept.entries := '{}';
  END IF;
  RETURN json_build_object('version', kept.version, 'entries', kept.entries, 'dueAt', kept.due_at);
END
$$;

-- Applies a list of changes, one after the other. Answers [now, replies], or NULL if the store is in another epoch than `known`. A
-- reply is "done", {"insufficient": pools} or {"beaten": document}. All of it is one transaction.
CREATE FUNCTION commit_changes(known text, changes json) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  rebuilding boolean := known LIKE 'rebuilding:%';
  now bigint;
  change record;
  kept record;
  stocked jsonb;  -- pool -> units left, once a change moves some
  moved jsonb;
  refusing json;
  added json[] := '{}';
  replies json[] := '{}';
BEGIN
  -- One writer at a time: each batch changes the same totals anyway, and like this no two ever wait for each other.
  PERFORM FROM store WHERE epoch = known FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  now := now_ms();
  FOR change IN SELECT * FROM json_to_recordset(changes) AS _(id text, version integer, entry text, due text,
    attended boolean, expiry text, counters json, pools json)
  LOOP
    SELECT version, due_at, expires_at INTO kept FROM documents WHERE id = change.id;
    IF kept.expires_at <= now OR kept.version IS NULL THEN
      kept.version := 0;
      kept.expires_at := NULL;
    END IF;
    IF kept.version <> change.version THEN
      replies := replies || json_build_object('beaten', view(change.id, now));
      CONTINUE;
    END IF;

    IF change.pools IS NOT NULL THEN
      stocked := coalesce(stocked, (SELECT jsonb_object_agg(name, units) FROM pools), '{}');
      SELECT jsonb_object_agg(key, units), json_agg(key) FILTER (WHERE units < 0 AND units < coalesce(before, 0))
      INTO moved, refusing
      FROM json_each_text(change.pools),
        CAST(stocked ->> key AS bigint) AS before, CAST(coalesce(before, 0) + value::bigint AS bigint) AS units;
      IF refusing IS NOT NULL AND NOT rebuilding THEN
        replies := replies || json_build_object('insufficient', refusing);
        CONTINUE;
      END IF;
      stocked := stocked || moved;
    END IF;

    -- A due time that has passed stays unless it was attended to.
    IF kept.due_at > now OR kept.due_at IS NULL OR change.attended OR rebuilding THEN
      kept.due_at := CASE WHEN change.due IS NULL THEN kept.due_at ELSE nullif(change.due, 'never')::bigint END;
    END IF;
    IF change.expiry IS NOT NULL THEN kept.expires_at := now + nullif(change.expiry, 'never')::bigint; END IF;
    IF num_nonnulls(change.entry, change.due, change.expiry) > 0 THEN
      INSERT INTO documents AS document (id, version, entries, due_at, expires_at)
      VALUES (change.id, kept.version + num_nonnulls(change.entry), array_remove(ARRAY[change.entry], NULL), kept.due_at,
        CASE WHEN kept.version > 0 OR change.entry IS NOT NULL THEN kept.expires_at END)
      ON CONFLICT (id) DO UPDATE SET
        version = excluded.version,
        entries = CASE WHEN kept.version > 0 THEN document.entries ELSE '{}' END || excluded.entries,
        due_at = excluded.due_at,
        expires_at = excluded.expires_at,
        created_at = CASE WHEN kept.version > 0 THEN document.created_at ELSE excluded.created_at END,
        updated_at = excluded.updated_at;
    END IF;
    IF change.counters IS NOT NULL THEN added := added || change.counters; END IF;
    replies := replies || '"done"'::json;
  END LOOP;

  INSERT INTO pools SELECT key, value::bigint FROM jsonb_each_text(stocked)
  ON CONFLICT (name) DO UPDATE SET units = excluded.units WHERE pools.units <> excluded.units;
  INSERT INTO counters AS counter
  SELECT key, sum(value::bigint) FROM unnest(added) AS counters, json_each_text(counters) GROUP BY key
  ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value;
  RETURN json_build_array(now, to_json(replies));
END
$$;
