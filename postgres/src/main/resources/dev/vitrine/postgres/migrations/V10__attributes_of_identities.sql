-- What clients give identities beyond their names: tags of projects, resource options, and attributes that are kept and
-- given back without a meaning here (Keystone: extra).
alter table domain add column immutable boolean not null default false;
alter table domain add column extra jsonb not null default '{}';
alter table project add column tags text[] not null default '{}';
alter table project add column immutable boolean not null default false;
alter table project add column extra jsonb not null default '{}';
-- option to true or false; those that are not set are not there
alter table user_account add column options jsonb not null default '{}';
alter table user_account add column extra jsonb not null default '{}';
alter table user_group add column extra jsonb not null default '{}';
alter table role add column immutable boolean not null default false;
alter table role add column extra jsonb not null default '{}';
