-- When an image's bytes were there first: IMS tells and filters by it. Null of images from before.
alter table image add column active_at timestamptz;
