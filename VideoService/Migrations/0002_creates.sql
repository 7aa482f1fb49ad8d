-- Which request made what, so that a repetition of it is answered with what the first one made. A row comes with the
-- resource, in its transaction; it goes with it when the money is refused, and by age otherwise.
create table creates (
    resource_id  text primary key,
    project      text not null,
    -- The API key that asked, or the user of a browser session.
    caller       text not null,
    -- The operation's name in the route table.
    route        text not null,
    -- The client's Idempotency-Key; null for a request without one.
    key          text check (length(key) between 1 and 255),
    fingerprint  bytea not null check (length(fingerprint) = 32),
    -- The first answer, as VideoAnswer.ToBytes writes it; kept for keys only, and only once there is one.
    answer       bytea,
    created_at   timestamptz not null,
    -- Whether the gateway was asked to say that the answer is delivered.
    is_watched   boolean not null,
    -- When it was answered last, first or again; kept for what is watched.
    answered_at  timestamptz,
    -- When the gateway had handed the whole answer to its client; null while it has not said so.
    delivered_at timestamptz
);
create unique index creates_by_key on creates (project, route, key) where key is not null;
create index creates_by_fingerprint on creates (fingerprint, created_at) where key is null;
create index creates_by_age on creates (created_at);

alter table creates enable row level security;
alter table creates force row level security;
create policy own_project on creates to {app} using (project = current_setting('app.project'));
create policy every_project on creates to {worker} using (true);
grant select, insert, update on creates to {app};
grant select, delete on creates to {worker};

-- A video without a clip that its customer pays all the same: stopped at an upstream that bills what was begun.
alter table videos add column customer_pays boolean not null default false;
