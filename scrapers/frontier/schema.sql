-- The state of a crawl: what was ever seen, what became of it, and the articles. `sqlite3 broadsheet.db` reads it.
-- Moments are ISO 8601 in UTC, so that they sort as they stand.

CREATE TABLE runs (
    run        INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    sites      TEXT NOT NULL,  -- what was asked for, with spaces between
    ended_at   TEXT,           -- NULL: goes on, or was killed
    ending     TEXT            -- finished, interrupted, killed, …
) STRICT;

CREATE TABLE urls (
    id            INTEGER PRIMARY KEY,
    url           TEXT NOT NULL UNIQUE,  -- the one address that all its variants come down to
    given         TEXT NOT NULL,         -- as it was first seen, and is fetched
    site          TEXT NOT NULL,         -- the site it was found for
    host          TEXT NOT NULL,         -- whose turn it takes
    kind          TEXT NOT NULL CHECK (kind IN ('home', 'section', 'feed', 'sitemap', 'article')),
    pattern       TEXT NOT NULL,         -- the address with its numbers and names made alike: what a trap repeats
    depth         INTEGER NOT NULL,      -- links between the home page and here
    discovered_by TEXT NOT NULL,         -- given, feed, sitemap, link, robots, guess, redirect, canonical
    discovered_on TEXT,                  -- the address that named it
    discovered_at TEXT NOT NULL,
    announced     TEXT,                  -- what was said of it there, as JSON
    published     TEXT,                  -- its date, as far as it is known
    priority      REAL NOT NULL,         -- higher first; days since 1970 for what has a date; + 10,000,000 if a killed run had it
    state         TEXT NOT NULL CHECK (state IN ('due', 'later', 'leased', 'done')),
    due_at        TEXT,                  -- when a 'later' becomes 'due'
    run           INTEGER,               -- the run that leased it last
    fate          TEXT,                  -- what became of it; NULL: nothing yet
    detail        TEXT,
    fate_at       TEXT,
    etag          TEXT,
    last_modified TEXT,
    attempts      INTEGER NOT NULL DEFAULT 0,  -- tries without an answer since the last answer
    checks        INTEGER NOT NULL DEFAULT 0,  -- times it was looked at again
    every         REAL                         -- seconds between two looks at a feed, sitemap or page of links
) STRICT;
CREATE INDEX urls_due ON urls (site, host, priority DESC, id) WHERE state = 'due';
CREATE INDEX urls_later ON urls (due_at) WHERE state = 'later';
CREATE INDEX urls_passed_over ON urls (site, pattern) WHERE fate = 'not followed';
CREATE INDEX urls_leased ON urls (id) WHERE state = 'leased';

CREATE TABLE visits (  -- every time somebody went there
    url    INTEGER NOT NULL REFERENCES urls,
    run    INTEGER NOT NULL,
    at     TEXT NOT NULL,
    fate   TEXT NOT NULL,
    detail TEXT
) STRICT;
CREATE INDEX visits_url ON visits (url);

CREATE TABLE articles (
    sequence INTEGER PRIMARY KEY,  -- the order they were saved in; targets are filled in this order
    url      INTEGER NOT NULL REFERENCES urls,
    version  INTEGER NOT NULL,
    saved_at TEXT NOT NULL,
    source   TEXT NOT NULL,        -- a hash of the bytes that came
    content  TEXT NOT NULL,        -- a hash of title and blocks
    record   TEXT NOT NULL,        -- the record as it was saved, JSON
    UNIQUE (url, version)
) STRICT;
CREATE INDEX articles_content ON articles (content);

CREATE TABLE clusters (  -- which articles are copies of one another
    article INTEGER PRIMARY KEY REFERENCES articles,
    cluster TEXT NOT NULL  -- the id of the first of them
) STRICT;
CREATE INDEX clusters_cluster ON clusters (cluster, article);

CREATE TABLE bands (  -- where to look for copies: articles alike have some of these numbers in common
    band    INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (  -- how far each target has got
    target TEXT PRIMARY KEY,
    origin INTEGER NOT NULL,  -- it holds what came after this sequence
    cursor INTEGER NOT NULL,  -- and up to this one
    mark   TEXT               -- where the target stood then; NULL: nothing is committed yet
) STRICT;

CREATE TABLE robots (  -- what origins said when asked for their robots.txt and tdmrep.json; good for a day
    origin TEXT PRIMARY KEY,  -- of tdmrep.json: its address
    at     REAL NOT NULL,  -- seconds since 1970
    body   BLOB            -- NULL: it has none
) STRICT, WITHOUT ROWID;

CREATE TABLE patterns (  -- addresses alike, and whether they still give anything: traps.py
    site    TEXT NOT NULL,
    pattern TEXT NOT NULL,               -- '*': all links of the site together
    fruits  INTEGER NOT NULL DEFAULT 0,  -- articles they gave
    barren  INTEGER NOT NULL DEFAULT 0,  -- pages without one, in a row
    closed  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (site, pattern)
) STRICT, WITHOUT ROWID;
