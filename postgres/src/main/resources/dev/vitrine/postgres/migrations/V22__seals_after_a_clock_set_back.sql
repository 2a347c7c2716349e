-- After the clock was set back, events are older than what was sealed last. They are read again from then on; until the time
-- that was reached before, some of them have their seals. Null: the clock was never set back.
alter table history_sealed
  add column sealed_before timestamptz,
  add column access_before timestamptz;
