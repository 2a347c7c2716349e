-- A BRIN index says only roughly where an event is: a reader that was a million events behind read all million for each page.
-- At its end a B-tree costs an insert no more CPU than can be measured, and 31 bytes (ADR 47).
drop index image_event_by_time;
drop index access_event_by_time;
create index image_event_by_time on image_event (at, event_id);
create index access_event_by_time on access_event (at, event_id);
