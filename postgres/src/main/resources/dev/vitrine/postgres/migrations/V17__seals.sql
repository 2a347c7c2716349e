-- Tamper evidence (ADR 47). Each event of an image is sealed soon after its commit: the hash of the event and of the seal
-- before. Each day is anchored: a signature over the last seals of its images, by a key that is not in the database.
create table image_seal (
  image_id  uuid not null,
  -- 1, 2, ... of the image
  position  bigint not null,
  event_id  bigint not null,
  -- on which it was sealed, UTC
  day       date not null,
  hash      bytea not null,
  primary key (image_id, position)
);

create table history_anchor (
  day       date primary key,
  seals     bigint not null,
  hash      bytea not null,
  signature bytea not null
);

-- One row. Which event was sealed last, in the order of time; and the first day that is not anchored.
create table history_sealed (
  sealed_at    timestamptz not null,
  sealed_event bigint not null,
  day          date not null
);
insert into history_sealed values ('-infinity', 0, (clock_timestamp() at time zone 'UTC')::date);

-- What is to be sealed is at the end of the table. Such an index costs an insert next to nothing.
create index image_event_by_time on image_event using brin (at) with (autosummarize = on);
