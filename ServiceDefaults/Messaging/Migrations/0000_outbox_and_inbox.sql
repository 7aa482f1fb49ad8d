-- Messages that left with a committed transaction and wait for the relay. The body is json, not jsonb, which refuses
-- a NUL in a string and would lose a job over the text of an upstream's error.
create table outbox (
    id          bigint generated always as identity primary key,
    message_id  uuid not null,
    type        text not null,
    body        json not null,
    traceparent text,
    due_at      timestamptz not null default now()
);
create index outbox_due on outbox (due_at, id);

-- Messages whose effect is committed; a second delivery finds its row here.
create table inbox (
    consumer    text not null,
    message_id  uuid not null,
    received_at timestamptz not null default now(),
    primary key (consumer, message_id)
);
create index inbox_received_at on inbox (received_at);

grant usage on schema public to {app}, {worker};
grant insert on outbox to {app};
grant select, insert, update, delete on outbox, inbox to {worker};
