-- One schema holds one store. Times are in ms since the epoch, as the port has them; the view `orders` shows them as times.
-- Hazard: a row is written anew at each change. Free space in its page keeps the new one beside the old, and the indexes as they are.

CREATE TABLE documents (
  id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,  -- how many entries it has
  entries text[] NOT NULL,
  due_at bigint,
  expires_at bigint,         -- from then on it is as good as gone; tidy() removes it
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
CREATE INDEX documents_due ON documents (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX documents_expiring ON documents (expires_at) WHERE expires_at IS NOT NULL;

-- A lease is of one due time: it ends when the document is due at another.
CREATE TABLE leases (id text COLLATE "C", due_at bigint, leased_until bigint NOT NULL, PRIMARY KEY (due_at, id));

CREATE TABLE counters (name text COLLATE "C" PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 20);
CREATE TABLE pools (name text COLLATE "C" PRIMARY KEY, units bigint NOT NULL) WITH (fillfactor = 20);

-- Whether the data can be built upon, and who may write it; no row: nothing was ever here, or it is lost.
CREATE TABLE store (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  epoch text NOT NULL,         -- 'whole:<unique>@<server>' or 'rebuilding:<unique>'
  checkpoint bigint NOT NULL,
  stream text,
  leased_until bigint NOT NULL -- there is a rebuild until then
);
