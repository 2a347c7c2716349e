-- What became of a member's access to an image while the image changed and not the membership (ADR 46): a row for each event
-- and each member of then. Only deletions, deactivations and changes from and to private write here.
create table image_event_member (
  image_id  uuid not null,
  event_id  bigint not null,
  member_id text collate "C" not null,
  -- of the event
  at        timestamptz not null,
  primary key (image_id, event_id, member_id)
);
create index image_event_member_by_member on image_event_member (hashtextextended(member_id, 0), at, event_id);

-- Writes no event, so nobody who reads the events waits for its end (CommittedEvents).
set local application_name = 'vitrine reads the history';

-- Of the events until now. A membership lasts from one event of the member to the next; a deletion ends those that it is told to.
insert into image_event_member (image_id, event_id, member_id, at)
with change as materialized (
  select image_id, event_id, change, cause, at from image_event
  where change = 'deleted'
    or (change in ('deactivated', 'reactivated') and visibility <> 'private')
    or (change = 'visibility_changed' and (previous = 'private') <> (visibility = 'private'))
), membership as (
  select image_id, member_id, event_id, to_status, cause,
    lead(event_id) over (partition by image_id, member_id order by event_id) as next_id
  from image_event
  where member_id is not null and image_id in (select image_id from change)
)
select c.image_id, c.event_id, m.member_id, c.at
from change c
join membership m on m.image_id = c.image_id and m.event_id < c.event_id
  and (m.next_id is null or m.next_id > c.event_id)
where case c.change when 'deleted' then m.to_status is null and m.cause = c.cause else m.to_status is not null end;
