-- The quotas of single projects (ADR 51), as Keystone's limits have them: each holds in place of a setting.
create table project_limit (
  limit_id       text collate "C" primary key,
  project_id     text collate "C" not null references project on delete cascade,
  resource_name  text collate "C" not null check (resource_name in ('image_count_total', 'image_size_total')),
  -- images, or MiB; -1: any number
  resource_limit integer not null check (resource_limit >= -1),
  description    text,
  created_at     timestamptz not null default clock_timestamp(),
  unique (project_id, resource_name)
);

-- How many images or bytes a project may own; -1: any number. PL/pgSQL, also where SQL would do: Citus does not see the
-- tables of a function that the planner puts in the place of its call.
create function quota_of(project text, resource text, setting bigint) returns bigint stable language plpgsql as $$
begin
  return coalesce(
    (
      select case
          when l.resource_limit < 0 then -1
          when resource = 'image_size_total' then l.resource_limit * 1048576::bigint
          else l.resource_limit
        end
      from project_limit l
      where l.project_id = project and l.resource_name = resource
    ),
    setting);
end
$$;

-- What a project owns, counted under its lock, if it has a quota; else nothing is locked.
create function images_by_quota(project text, setting bigint, out owned bigint, out quota bigint) language plpgsql as $$
begin
  quota := quota_of(project, 'image_count_total', setting);
  owned := case when quota < 0 then 0 else images_owned(project) end;
end
$$;

create function bytes_by_quota(project text, setting bigint, out owned bigint, out quota bigint) language plpgsql as $$
begin
  quota := quota_of(project, 'image_size_total', setting);
  owned := case when quota < 0 then 0 else bytes_owned(project) end;
end
$$;
