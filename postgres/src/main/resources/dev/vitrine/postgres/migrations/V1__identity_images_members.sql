-- Two families of tables, with no foreign key and no sequence between them (design decision 2):
-- identity tables are small and can be replicated to every shard; image-owned tables carry image_id first
-- in their primary key and can be distributed by it. Times are microseconds by the database's clock.

-- Identity -----------------------------------------------------------------------------------------------

create table domain (
  domain_id             text collate "C" primary key,
  name                  text not null unique,
  description           text not null default '',
  enabled               boolean not null default true,
  -- the account: a user that may do everything in this domain (ruling 1)
  account_user_id       text collate "C",
  -- grows with every change that can touch what somebody may do here (ruling 3)
  authorization_version bigint not null default 1,
  -- tokens issued earlier are dead: moved by disabling, here and in the two tables below
  tokens_valid_from     timestamptz not null default '-infinity',
  created_at            timestamptz not null default clock_timestamp()
);

create table project (
  project_id        text collate "C" primary key,
  domain_id         text collate "C" not null references domain,
  name              text not null,
  description       text not null default '',
  enabled           boolean not null default true,
  tokens_valid_from timestamptz not null default '-infinity',
  created_at        timestamptz not null default clock_timestamp(),
  unique (domain_id, name)
);

create table user_account (
  user_id            text collate "C" primary key,
  domain_id          text collate "C" not null references domain,
  name               text not null,
  description        text,
  email              text,
  enabled            boolean not null default true,
  -- slow salted hash; null: nobody can log in with a password
  password_hash      text,
  default_project_id text collate "C",
  -- moved by a new password, too
  tokens_valid_from  timestamptz not null default '-infinity',
  created_at         timestamptz not null default clock_timestamp(),
  unique (domain_id, name)
);

create table user_group (
  group_id    text collate "C" primary key,
  domain_id   text collate "C" not null references domain,
  name        text not null,
  description text not null default '',
  created_at  timestamptz not null default clock_timestamp(),
  unique (domain_id, name)
);

create table group_member (
  group_id text collate "C" not null references user_group on delete cascade,
  user_id  text collate "C" not null references user_account on delete cascade,
  primary key (group_id, user_id)
);
create index group_member_by_user on group_member (user_id, group_id);

create table role (
  role_id     text collate "C" primary key,
  -- null: known to all domains
  domain_id   text collate "C" references domain,
  name        text not null,
  description text,
  -- what the role means: a policy document; one made through Keystone allows nothing (ruling 9)
  document    jsonb not null default '{"Version": "1.1", "Statement": []}',
  -- shipped with Vitrine: cannot be changed or deleted
  shipped     boolean not null default false,
  created_at  timestamptz not null default clock_timestamp()
);
create unique index role_name on role (coalesce(domain_id, ''), name);

-- Keyed (domain, scope, principal, role): enterprise project 0 exists in every domain (ruling 8).
create table role_grant (
  domain_id      text collate "C" not null references domain on delete cascade,
  scope_kind     text not null
                 check (scope_kind in ('project', 'inherited', 'domain', 'enterprise_project')),
  scope_id       text collate "C" not null,
  principal_kind text not null check (principal_kind in ('user', 'group')),
  principal_id   text collate "C" not null,
  role_id        text collate "C" not null references role,
  primary key (domain_id, scope_kind, scope_id, principal_kind, principal_id, role_id)
);
create index role_grant_by_principal on role_grant (principal_id, principal_kind);
create index role_grant_by_role on role_grant (role_id);

-- The grants that reach a user: its own and its groups'.
create view user_grant as
  select principal_id as user_id, domain_id, scope_kind, scope_id, role_id
  from role_grant
  where principal_kind = 'user'
  union all
  select m.user_id, g.domain_id, g.scope_kind, g.scope_id, g.role_id
  from group_member m
  join role_grant g on g.principal_kind = 'group' and g.principal_id = m.group_id;

-- What a user may scope a token to (ruling 4): whatever a grant reaches, and all of the domain it is the account of.
create view user_project as
  select g.user_id, p.project_id
  from user_grant g
  join project p on p.domain_id = g.domain_id
    and (g.scope_kind in ('inherited', 'enterprise_project')
      or (g.scope_kind = 'project' and g.scope_id = p.project_id))
  union
  select d.account_user_id, p.project_id
  from domain d
  join project p on p.domain_id = d.domain_id
  where d.account_user_id is not null;

create view user_domain as
  select user_id, domain_id from user_grant where scope_kind = 'domain'
  union
  select account_user_id, domain_id from domain where account_user_id is not null;

create table revoked_token (
  audit_id   text collate "C" primary key,
  -- the token's own end: afterwards the row serves nothing
  expires_at timestamptz not null
);
create index revoked_token_by_end on revoked_token (expires_at);

-- One row: which keys this database's tokens are signed with (ruling 6).
create table key_fingerprint (
  only_row    boolean primary key default true check (only_row),
  fingerprint text not null
);

-- Images and their members -------------------------------------------------------------------------------

create table image (
  image_id         uuid primary key,
  owner            text collate "C",
  name             text collate "C",
  status           text not null check (status in ('queued', 'uploading', 'active', 'deactivated')),
  visibility       text not null check (visibility in ('public', 'community', 'shared', 'private')),
  protected        boolean not null default false,
  hidden           boolean not null default false,
  min_disk         integer not null default 0,
  min_ram          integer not null default 0,
  disk_format      text collate "C",
  container_format text collate "C",
  blob_key         text collate "C",
  size             bigint,
  virtual_size     bigint,
  md5              text collate "C",
  sha512           text collate "C",
  tags             text[] not null default '{}',
  properties       jsonb not null default '{}',
  created_at       timestamptz not null default clock_timestamp(),
  updated_at       timestamptz not null default clock_timestamp()
);
-- Each branch of a list walks one of these in the list's own order.
create index image_by_owner on image (owner, created_at desc, image_id desc);
create index image_by_visibility on image (visibility, created_at desc, image_id desc)
  where visibility in ('public', 'community');
create index image_by_time on image (created_at desc, image_id desc);
create index image_by_owner_name on image (owner, name);
-- At start: does an undecided blob belong to an image?
create index image_by_blob on image (blob_key) where blob_key is not null;

create table image_member (
  image_id         uuid not null references image,
  member_id        text collate "C" not null,
  member_type      text not null default 'project',
  status           text not null check (status in ('pending', 'accepted', 'rejected')),
  vault_id         text,
  created_by       text collate "C",
  created_at       timestamptz not null default clock_timestamp(),
  updated_at       timestamptz not null default clock_timestamp(),
  -- kept here so that a consumer's list is one index (design decision 6)
  image_created_at timestamptz not null,
  primary key (image_id, member_id)
);
create index image_member_in_order on image_member (image_id, created_at, member_id);
create index image_member_by_member on image_member (member_id, status, image_created_at desc, image_id desc);

-- What happened to a membership, written in the transaction that changed it (ruling 21).
create table member_event (
  image_id    uuid not null,
  event_id    bigint generated always as identity,
  member_id   text collate "C" not null,
  from_status text,
  to_status   text,
  actor       text collate "C" not null,
  -- the request or job that did it
  cause       text not null,
  at          timestamptz not null default clock_timestamp(),
  primary key (image_id, event_id)
);
create index member_event_by_member on member_event (member_id, at);

-- Ids are never used twice; a blob named here is still to be removed from the store.
create table deleted_image (
  image_id   uuid primary key,
  owner      text collate "C",
  blob_key   text collate "C",
  deleted_at timestamptz not null default clock_timestamp()
);
create index deleted_image_with_blob on deleted_image (deleted_at) where blob_key is not null;

-- Imports, as GET /v2/images/{id}/tasks tells them.
create table image_task (
  image_id   uuid not null references image on delete cascade,
  task_id    text collate "C" not null,
  owner      text collate "C",
  user_id    text collate "C" not null,
  request_id text not null,
  method     text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (image_id, task_id)
);
