-- What of an image matters to who may share it, and how (contract/ims.md 1.17).
alter table image add column encrypted boolean not null
  generated always as (jsonb_exists(properties, '__system__cmkid')) stored;
alter table image add column whole_machine boolean not null
  generated always as (coalesce(properties ->> '__whole_image', '') = 'true') stored;

-- Of a private image: when it was made so, null if it was so from the beginning.
alter table image add column private_since timestamptz;

-- A batch, accepted: each of its images with each of its members (ADR 10). How far it is stands in the rows below.
create table job (
  job_id          text collate "C" primary key,
  project_id      text collate "C" not null,
  user_id         text collate "C" not null,
  kind            text not null check (kind in ('add', 'update', 'remove')),
  members         text[] not null,
  -- of kind update
  status          text check (status in ('accepted', 'rejected')),
  vault_id        text,
  -- all pairs or none
  atomic          boolean not null,
  -- a repetition with the same key is told this job again; cleared when the key may be used anew
  idempotency_key text collate "C",
  request_hash    text collate "C" not null,
  request_id      text not null,
  submitted_at    timestamptz not null default clock_timestamp(),
  ended_at        timestamptz
);
-- The order in which a project's jobs are taken up.
create index job_open on job (project_id, submitted_at, job_id) where ended_at is null;
create index job_ended on job (ended_at) where ended_at is not null;
create unique index job_by_key on job (project_id, kind, idempotency_key) where idempotency_key is not null;

-- The unit of work: one image of a job. Whoever works on it holds the row's lock, and nothing else says so.
create table job_image (
  image_id   uuid not null,
  job_id     text collate "C" not null,
  position   integer not null,
  failures   integer not null default 0,
  started_at timestamptz,
  -- how often working on it ended in an error of ours
  attempts   integer not null default 0,
  done_at    timestamptz,
  primary key (image_id, job_id)
);
create unique index job_image_of_job on job_image (job_id, position);
create index job_image_open on job_image (job_id, position) where done_at is null;

-- What became of one image and one member, written with the change itself.
create table job_pair (
  image_id  uuid not null,
  job_id    text collate "C" not null,
  member_id text collate "C" not null,
  position  integer not null,
  outcome   text not null,
  primary key (image_id, job_id, member_id)
);
