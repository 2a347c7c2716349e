-- What happened to an image: to its memberships, as until now, and to itself. Each change of the image says how the image
-- was after it, so that the state at any instant is its last row before.
alter table member_event rename to image_event;
alter index member_event_pkey rename to image_event_pkey;
-- Null: a change of the image.
alter table image_event alter column member_id drop not null;
-- Null: what the upgrade recorded.
alter table image_event alter column actor drop not null, alter column cause drop not null;
-- Who owned the image then.
alter table image_event add column owner text collate "C";
-- Of changes of the image: which it was; what it changed from; and the image after it, which has no visibility once it is
-- deleted.
alter table image_event
  add column change text,
  add column previous text collate "C",
  add column visibility text,
  add column image_status text,
  add constraint image_event_of_one check ((member_id is null) = (change is not null));

update image_event e set owner = i.owner
from (select image_id, owner from image union all select image_id, owner from deleted_image) i
where i.image_id = e.image_id;
-- The history of images that are older than it begins here.
insert into image_event (image_id, change, owner, visibility, image_status)
select image_id, 'recorded', owner, visibility, status from image;

-- What concerns a project: as the owner's, and as the member's. Read from the end; ascending, because new events then fill pages in
-- their order.
create index image_event_by_owner on image_event (owner, at, event_id);
create index image_event_by_member on image_event (member_id, at, event_id) where member_id is not null;

-- The version before, while it runs beside this one, writes through this view. The trigger is the view's, so that what is
-- written to the table does not pay for it.
create view member_event as
  select image_id, event_id, member_id, from_status, to_status, actor, cause, at, client_request_id, request_id, removed_in
  from image_event where member_id is not null;
create function event_of_version_before() returns trigger language plpgsql as $$
begin
  insert into image_event (image_id, member_id, from_status, to_status, owner, actor, cause, request_id, client_request_id, removed_in)
  select new.image_id, new.member_id, new.from_status, new.to_status,
    (select i.owner from image i where i.image_id = new.image_id),
    new.actor, new.cause, new.request_id, new.client_request_id, new.removed_in;
  return new;
end
$$;
create trigger event_of_version_before instead of insert on member_event for each row execute function event_of_version_before();

-- What is asked about an instant: which images everybody could see, and whether the history reaches back so far.
create index image_event_public on image_event (image_id) where visibility in ('public', 'community');
create index image_event_recorded on image_event (at) where change = 'recorded';

-- When a project last read the bytes of an image, to the hour.
create table image_use (
  image_id   uuid not null,
  project_id text collate "C" not null,
  used_at    timestamptz not null default clock_timestamp(),
  primary key (image_id, project_id)
);
