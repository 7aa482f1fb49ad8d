-- A video's end may be announced again, with another message: its receivers hear of it once.
alter table webhook_events add column subject text;
update webhook_events set subject = body::json -> 'data' ->> 'id';
alter table webhook_events alter column subject set not null;
create unique index webhook_events_of_video on webhook_events (type, subject) where type like 'video.%';
