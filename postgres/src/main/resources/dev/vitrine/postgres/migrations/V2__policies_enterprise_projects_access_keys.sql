-- Policies: a role is a policy document, kept as it was written (json keeps the order of keys, jsonb does not).
alter table role alter column document drop default;
alter table role alter column document type json using document::json;
alter table role alter column document set default '{"Version": "1.1", "Statement": []}';
-- how IAM shows it; null: by its name
alter table role add column display_name text;
alter table role add column description_cn text;
-- IAM: XA (projects) or AX (global services)
alter table role add column type text not null default 'XA' check (type in ('XA', 'AX'));
-- null: made through Keystone or shipped; otherwise a custom policy, written through IAM
alter table role add column custom_number integer check (custom_number > 0);
-- IAM refuses two of one display name in a domain
create unique index role_display_name on role (domain_id, display_name) where custom_number is not null;
alter table role add column updated_at timestamptz not null default clock_timestamp();

-- Enterprise projects group images within a domain; 0, the default one, is in every domain and has no row (ruling 8).
create table enterprise_project (
  domain_id             text collate "C" not null references domain on delete cascade,
  enterprise_project_id text collate "C" not null,
  name                  text not null,
  description           text not null default '',
  enabled               boolean not null default true,
  created_at            timestamptz not null default clock_timestamp(),
  updated_at            timestamptz not null default clock_timestamp(),
  primary key (domain_id, enterprise_project_id),
  unique (enterprise_project_id),
  unique (domain_id, name)
);

-- Access keys sign requests. The secret must be read again to verify a signature: it is encrypted under a key that
-- is not in the database (ruling 6).
create table access_key (
  access_key_id    text collate "C" primary key,
  user_id          text collate "C" not null references user_account on delete cascade,
  encrypted_secret bytea not null,
  description      text not null default '',
  enabled          boolean not null default true,
  created_at       timestamptz not null default clock_timestamp()
);
create index access_key_by_user on access_key (user_id, created_at);

-- Which domains a user is the account of: asked at each login and for each key without a project.
create index domain_by_account on domain (account_user_id) where account_user_id is not null;

-- The enterprise project an image belongs to, of its owner's domain; no foreign key, for it would cross families.
alter table image add column enterprise_project_id text collate "C" not null default '0';

-- Nothing reads a member's history by member yet, and each write paid for it.
drop index member_event_by_member;

-- Whom a grant was made to matters to roles that depend on others.
create or replace view user_grant as
  select principal_id as user_id, domain_id, scope_kind, scope_id, role_id, principal_kind, principal_id
  from role_grant
  where principal_kind = 'user'
  union all
  select m.user_id, g.domain_id, g.scope_kind, g.scope_id, g.role_id, g.principal_kind, g.principal_id
  from group_member m
  join role_grant g on g.principal_kind = 'group' and g.principal_id = m.group_id;

-- How many members an image has, counted no further than a limit, when nobody else is adding to it: the lock is held to
-- the end of the transaction, and what is counted is what others have committed while it was waited for. A function, for
-- each statement of one sees a later state than the statement that calls it.
create function members_up_to(counted_image uuid, maximum bigint) returns bigint language plpgsql as $$
begin
  perform 1 from image i where i.image_id = counted_image for no key update;
  return (select count(*) from (select from image_member m where m.image_id = counted_image limit maximum) upto);
end
$$;
