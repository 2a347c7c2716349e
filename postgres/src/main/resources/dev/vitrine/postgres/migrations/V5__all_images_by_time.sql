-- Only a list of all images may walk all images: it names this condition, which always holds. Where one project owned nearly
-- all of them, a page of any other's own images walked the whole index to find that there are none.
drop index image_by_time;
create index image_by_time on image (created_at desc, image_id desc) where created_at > '-infinity';
