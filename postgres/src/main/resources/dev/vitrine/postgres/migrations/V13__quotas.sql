-- What a project owns, counted under a lock of the project that its transaction holds to the end: whatever adds to it
-- takes the lock first, so that of several nodes one adds at a time. An advisory lock, because a project has no row among
-- the images. Functions, for each statement of one sees a later state than the statement that calls it, which may have
-- waited for the lock.
create function lock_owner(project text) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('what a project owns: ' || project, 0))
$$;

create function images_owned(project text) returns bigint language plpgsql as $$
begin
  perform lock_owner(project);
  return (select count(*) from image i where i.owner = project);
end
$$;

create function bytes_owned(project text) returns bigint language plpgsql as $$
begin
  perform lock_owner(project);
  return (select coalesce(sum(i.size), 0) from image i where i.owner = project);
end
$$;
