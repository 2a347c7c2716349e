-- A batch takes effect later than it is accepted. It must not undo what was asked for in between: "in between" is what
-- its transaction did not see when it was accepted, and nothing else is exact. A clock is read before a commit, so two
-- changes may commit in the other order.

-- What had been committed when the batch was accepted.
alter table job add column seen pg_snapshot;
-- The order in which batches were accepted: those of one image take effect in it.
alter table job_image add column turn bigint;
create sequence job_turn;

update job set seen = pg_current_snapshot();
alter table job alter column seen set not null;
update job_image set turn = o.turn
from (select job_id, row_number() over (order by submitted_at, job_id) as turn from job) o
where o.job_id = job_image.job_id;
alter table job_image alter column turn set not null;
select setval('job_turn', (select coalesce(max(turn), 0) + 1 from job_image), false);
create index job_image_in_turn on job_image (image_id, turn) where done_at is null;

-- Transactions of requests, not of jobs: jobs are ordered by their turns. Null: by a job, or before this column.
-- Said to be private.
alter table image add column private_in xid8;
alter table image drop column private_since;
-- Offered; answered.
alter table image_member add column added_in xid8;
alter table image_member add column answered_in xid8;
-- Taken back: all that is left of a membership is its history.
alter table member_event add column removed_in xid8;

update job_pair set outcome = 'superseded' where outcome = 'made_private';

-- Whether a committed change came after what a batch saw. In a database restored from a dump, transactions are counted
-- anew: one that is still to come was counted by another server, and is over.
create function is_later(changed_in xid8, seen pg_snapshot) returns boolean language sql stable as $$
  select coalesce(changed_in < pg_snapshot_xmax(pg_current_snapshot()) and not pg_visible_in_snapshot(changed_in, seen), false)
$$;

-- The caller holds the image's lock, so that nobody adds a member. How many there are, counted no further than a limit;
-- -1 if one of them is the one to be added. A function, for each statement of one sees a later state than the statement
-- that calls it, which may have waited for the lock.
create function members_beside(counted_image uuid, added text, maximum bigint) returns bigint language plpgsql as $$
begin
  return (
    select case
      when exists (select from image_member m where m.image_id = counted_image and m.member_id = added) then -1
      else (select count(*) from (select from image_member m where m.image_id = counted_image limit maximum) upto)
    end);
end
$$;
drop function members_up_to;
