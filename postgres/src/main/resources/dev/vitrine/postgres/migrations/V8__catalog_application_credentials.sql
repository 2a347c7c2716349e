-- The catalogue, but for what is built in: that follows from the settings, and has no row. So an endpoint may be of a
-- service and in a region without one, and foreign keys cannot say whether they are there.
create table service (
  service_id  text collate "C" primary key,
  type        text not null,
  name        text,
  description text,
  enabled     boolean not null default true,
  created_at  timestamptz not null default clock_timestamp()
);

create table region (
  region_id        text collate "C" primary key,
  description      text not null default '',
  parent_region_id text collate "C",
  created_at       timestamptz not null default clock_timestamp()
);
create index region_by_parent on region (parent_region_id);

create table endpoint (
  endpoint_id text collate "C" primary key,
  service_id  text collate "C" not null,
  region_id   text collate "C",
  audience    text not null check (audience in ('public', 'internal', 'admin')),
  url         text not null,
  enabled     boolean not null default true,
  created_at  timestamptz not null default clock_timestamp()
);
create index endpoint_by_service on endpoint (service_id);
create index endpoint_by_region on endpoint (region_id);

-- Some of a user's roles in one project, for whoever knows the secret.
create table application_credential (
  application_credential_id text collate "C" primary key,
  user_id                   text collate "C" not null references user_account on delete cascade,
  project_id                text collate "C" not null references project on delete cascade,
  name                      text not null,
  description               text,
  -- a fast hash of a secret that we made, a slow one of a secret that the user chose
  secret_hash               text not null,
  -- whether it may do what outlives it: make others, or access keys
  unrestricted              boolean not null default false,
  expires_at                timestamptz,
  created_at                timestamptz not null default clock_timestamp(),
  unique (user_id, name)
);
create index application_credential_by_project on application_credential (project_id);

-- A role that is deleted stays here: the credential is for a role that nobody has any more, and so for nothing.
create table application_credential_role (
  application_credential_id text collate "C" not null references application_credential on delete cascade,
  role_id                   text collate "C" not null,
  primary key (application_credential_id, role_id)
);
