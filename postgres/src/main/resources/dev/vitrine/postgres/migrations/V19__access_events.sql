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
create index access_event_by_time on access_event using brin (at);

-- As image_seal, a chain for each domain.
create table access_seal (
  domain_id text collate "C" not null,
  position  bigint not null,
  event_id  bigint not null,
  day       date not null,
  hash      bytea not null,
  primary key (domain_id, position)
);

alter table history_sealed
  add column access_at timestamptz not null default '-infinity',
  add column access_event bigint not null default 0;
