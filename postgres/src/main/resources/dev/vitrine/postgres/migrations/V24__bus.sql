-- The message bus (ADR 50): one row, from when a bus was first named. Which event was published last, in the order of time.
create table bus_position (
  one             boolean primary key default true check (one),
  published_at    timestamptz not null,
  published_event bigint not null,
  -- How often a node has claimed it, and until when the last one may publish.
  turn            bigint not null default 0,
  claimed_until   timestamptz not null default '-infinity'
);
