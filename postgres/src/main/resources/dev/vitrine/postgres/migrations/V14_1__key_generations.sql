-- Generations of the keys that sign tokens and encrypt secrets, each encrypted with those of the file `keys`, which are
-- generation 0 (ADR 42). The newest whose time has come signs.
create table key_generation (
  generation    integer primary key check (generation >= 0),
  wrapped       bytea check ((wrapped is null) = (generation = 0)),
  created_at    timestamptz not null default clock_timestamp(),
  signs_from    timestamptz not null,
  -- the longest lifetime of a token that it may have signed
  longest_token interval not null default '0'
);
insert into key_generation (generation, signs_from) values (0, clock_timestamp());

-- No generation goes while a secret is encrypted with it.
alter table access_key add column secret_generation integer not null default 0 references key_generation;
create index access_key_by_secret_generation on access_key (secret_generation);
