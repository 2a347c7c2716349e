-- Where the database has the extension Citus, spreads the tables over its nodes (ADR 12): those that carry image_id by it,
-- all others whole on each node. What is spread already stays as it is, and without Citus nothing happens.
do $$
declare
  -- by name: Citus puts another table in the place of one that it takes over
  spread record;
begin
  if not exists (select from pg_extension where extname = 'citus') then
    return;
  end if;
  -- Of nodes that start together, one.
  perform pg_advisory_xact_lock(hashtext('vitrine spreads its tables'));
  -- A foreign key asks for what it refers to first: that is the order in which the tables were made.
  for spread in
    select quote_ident(c.relname) as name, exists (
        select from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'image_id' and not a.attisdropped) as by_image
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and c.relname <> 'flyway_schema_history' and not relation_is_a_known_shard(c.oid)
      and not exists (
        select from pg_dist_partition p
        where p.logicalrelid = c.oid and (p.partmethod = 'h' or p.repmodel = 't'))
    order by c.oid
  loop
    if not spread.by_image then
      perform create_reference_table(spread.name::regclass);
    elsif spread.name = 'image' then
      perform create_distributed_table(spread.name::regclass, 'image_id', colocate_with => 'none');
    else
      perform create_distributed_table(spread.name::regclass, 'image_id', colocate_with => 'image');
    end if;
  end loop;
end
$$;
