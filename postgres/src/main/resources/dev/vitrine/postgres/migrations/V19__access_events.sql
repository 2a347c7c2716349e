-- What changes what somebody may do (ADR 49): grants, policies, roles, users, groups and their members, projects, domains,
-- enterprise projects, and credentials. Written in the transaction that makes the change.
create table access_event (
  -- of what was changed; empty: it belongs to all domains, as the shipped roles do
  domain_id         text collate "C" not null,
  event_id          bigint generated always as identity,
  kind              text not null,
  -- of a grant in a project
  project_id        text collate "C",
  -- json keeps a policy as it was written. Null: it did not exist, or is a secret
  before            json,
  after             json,
  -- null: the start of a server, a command on its machine, or a request without a token
  actor             text collate "C",
  request_id        text,
  client_request_id text,
  at                timestamptz not null default clock_timestamp(),
  primary key (domain_id, event_id)
);
create index access_event_by_domain on access_event (domain_id, at, event_id);
create index access_event_by_time on access_event using brin (at) with (autosummarize = on);

-- As image_seal, a chain for each domain.
create table access_seal (
  domain_id text collate "C" not null,
  position  bigint not null,
  event_id  bigint not null,
  day       date not null,
  hash      bytea not null,
  primary key (domain_id, position)
);

-- Since when the history is kept; at most one row. Events that were sealed before that day are removed but for the last of
-- each image and membership, which are counted, hashed and signed here. Seals and anchors stay.
create table history_cut (
  one       boolean primary key default true check (one),
  day       date not null,
  kept      bigint not null,
  hash      bytea not null,
  signature bytea not null
);

-- Refused requests, counted for each caller, operation and reason, about once a minute.
create table refused_request (
  refusal_id    bigint generated always as identity primary key,
  -- what was counted from then to then
  since         timestamptz not null,
  at            timestamptz not null,
  -- null: not known, or too many to tell apart
  user_id       text collate "C",
  project_id    text collate "C",
  domain_id     text collate "C",
  access_key_id text collate "C",
  operation     text,
  reason        text,
  count         bigint not null,
  -- of the first of these requests
  target        text,
  request_id    text,
  address       text
);
create index refused_request_by_time on refused_request (at, refusal_id);
create index refused_request_by_project on refused_request (project_id, at, refusal_id) where project_id is not null;

alter table history_sealed
  add column access_at timestamptz not null default '-infinity',
  add column access_event bigint not null default 0;
