-- What the tests' consumers and transactions leave behind, in the way of any tenant table.
create table notes (
    id        bigint generated always as identity primary key,
    project   text not null,
    text      text not null,
    noted_at  timestamptz not null default now()
);
alter table notes enable row level security;
alter table notes force row level security;
create policy of_project on notes to {app} using (project = current_setting('app.project'));
grant select, insert on notes to {app}, {worker};
