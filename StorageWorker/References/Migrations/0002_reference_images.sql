-- The first frames that users gave, until their videos are submitted. A row is written only when its object is durable.
create table reference_images (
    video_id     text primary key,
    organization text not null,
    project      text not null,
    object_key   text not null,
    content_type text not null,
    width        integer not null check (width > 0),
    height       integer not null check (height > 0),
    length       bigint not null check (length > 0),
    sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    expires_at   timestamptz not null
);
create index reference_images_expire on reference_images (expires_at);

alter table reference_images enable row level security;
alter table reference_images force row level security;
create policy reference_images_of_the_project on reference_images
    using (project = current_setting('app.project', true));

grant select, insert on reference_images to {app};
grant select, update, delete on reference_images to {worker};
