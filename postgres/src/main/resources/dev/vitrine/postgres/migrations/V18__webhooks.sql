-- Webhooks (ADR 48): what happens to images and offers is told to receivers. The outbox is image_event itself; the end of a job is
-- queued by the statement that ends it.
create table webhook (
  webhook_id   text collate "C" primary key,
  domain_id    text collate "C" not null references domain on delete cascade,
  -- null: it tells what concerns any project of the domain
  project_id   text collate "C" references project on delete cascade,
  url          text not null,
  -- null: all
  kinds        text[],
  description  text not null,
  enabled      boolean not null default true,
  created_at   timestamptz not null default clock_timestamp(),
  created_by   text collate "C" not null,
  -- since when it is told: when it was made, or enabled again
  hears_from   timestamptz not null default clock_timestamp(),
  delivered_at timestamptz,
  failed_at    timestamptz,
  failure      text
);
create index webhook_of_project on webhook (project_id) where project_id is not null;
create index webhook_of_domain on webhook (domain_id, project_id);

-- What signs, encrypted as the secrets of access keys are. Two while one replaces the other.
create table webhook_secret (
  secret_id         text collate "C" primary key,
  webhook_id        text collate "C" not null references webhook on delete cascade,
  encrypted_secret  bytea not null,
  secret_generation integer not null references key_generation,
  created_at        timestamptz not null default clock_timestamp(),
  -- null: the current one
  signs_until       timestamptz
);
create index webhook_secret_of_webhook on webhook_secret (webhook_id);
create index webhook_secret_by_generation on webhook_secret (secret_generation);

-- One row. Which event was queued last, in the order of time.
create table webhook_queued (
  queued_at    timestamptz not null,
  queued_event bigint not null
);
insert into webhook_queued values ('-infinity', 0);

-- Belongs to the webhook, not to the image, so that it is not spread by images.
create table webhook_delivery (
  webhook_id  text collate "C" not null references webhook on delete cascade,
  -- grows in the order in which they are delivered
  delivery_id bigint generated always as identity,
  kind        text not null,
  -- when the event happened
  at          timestamptz not null,
  of_image    uuid,
  of_event    bigint,
  of_job      text collate "C",
  state       text not null default 'pending' check (state in ('pending', 'delivered', 'parked')),
  -- when it was queued, or somebody asked for another attempt
  since       timestamptz not null default clock_timestamp(),
  -- When it is tried next. Null: it waits for the one before, of the same image, or has ended.
  next_at     timestamptz,
  attempts    integer not null default 0,
  tried_at    timestamptz,
  status      integer,
  error       text,
  ended_at    timestamptz,
  primary key (webhook_id, delivery_id),
  check ((of_image is null) <> (of_job is null)),
  check ((of_image is null) = (of_event is null))
);
create index webhook_delivery_due on webhook_delivery (webhook_id, next_at) where next_at is not null;
create index webhook_delivery_pending on webhook_delivery (webhook_id, of_image, delivery_id) where state = 'pending';
create index webhook_delivery_parked on webhook_delivery (webhook_id, delivery_id) where state = 'parked';
create index webhook_delivery_ended on webhook_delivery (ended_at) where ended_at is not null;
