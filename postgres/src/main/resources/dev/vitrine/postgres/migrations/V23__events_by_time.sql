-- A BRIN index says only roughly where an event is: a reader that was a million events behind read all million for each page.
-- At its end a B-tree costs an insert no more CPU than can be measured, and 31 bytes (ADR 47). Reads go on while it is built.
alter index image_event_by_time rename to image_event_roughly_by_time;
alter index access_event_by_time rename to access_event_roughly_by_time;
create index image_event_by_time on image_event (at, event_id);
create index access_event_by_time on access_event (at, event_id);

-- The seals of one day are anchored, and of those there are ever more. They are written in the order of days.
create index image_seal_by_day on image_seal using brin (day) with (autosummarize = on);
create index access_seal_by_day on access_seal using brin (day) with (autosummarize = on);
-- Whether an event of rights is sealed: asked before it is removed.
create index access_seal_by_event on access_seal (domain_id, event_id);

-- The project that had an image before it got another owner. Its own history says so.
create index image_event_by_former_owner on image_event (hashtextextended(previous, 0), at) where change = 'owner_changed';

-- Last, because from here on to the end nobody reads.
drop index image_event_roughly_by_time;
drop index access_event_roughly_by_time;
