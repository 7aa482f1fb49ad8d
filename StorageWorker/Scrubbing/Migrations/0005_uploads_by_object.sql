-- The comparison of the store's objects with the rows looks uploads up by their object.
create index uploads_by_object on uploads (object_key);
