-- Since when the owner has an image. Such an event always has a visibility; only who says so may use the index, not a search
-- for a former owner.
create index image_event_new_owner on image_event (image_id, event_id)
  where change = 'owner_changed' and visibility is not null;

-- To which account a project belonged that is deleted.
create index access_event_deleted_project on access_event (project_id) where kind = 'project.deleted';
