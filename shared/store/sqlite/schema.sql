-- The state of one service, in a file of its own. Times are ms since the epoch of Unix.
-- Rows get ascending numbers, so that what is written together lies together: a commit is then a few pages, and not one per row.
CREATE TABLE document (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL DEFAULT 0, -- the number of its entries; 0: nothing is known of it, but it is due
  due_at INTEGER,                     -- when to look at it again
  expires_at INTEGER                  -- forgotten from then on
) STRICT;
CREATE INDEX document_due ON document (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX document_expiry ON document (expires_at) WHERE expires_at IS NOT NULL;

-- What the documents say. Those of one document are in the order of their numbers.
CREATE TABLE entry (
  number INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX entry_document ON entry (document);

-- Until when a document is claimed with a due time.
CREATE TABLE lease (id TEXT, due_at INTEGER, until INTEGER NOT NULL, PRIMARY KEY (id, due_at)) STRICT, WITHOUT ROWID;

CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE pool (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Whether all this can be built upon, and who may write it: one row, or none while nothing was ever built here.
CREATE TABLE state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  epoch TEXT NOT NULL, -- another one after each loss of data, and for each writer
  checkpoint INTEGER NOT NULL,
  stream TEXT,
  leased_until INTEGER NOT NULL
) STRICT;
