-- Verified webhooks of upstreams. They belong to upstreams, not to projects, so only {worker} sees them.
create table inbound_webhooks (
    upstream    text not null,
    webhook_id  text not null,
    type        text not null,
    upstream_id text not null,
    body        text not null, -- as it was signed
    received_at timestamptz not null default now(),
    primary key (upstream, webhook_id)
);
create index inbound_webhooks_received_at on inbound_webhooks (received_at);

grant select, insert, delete on inbound_webhooks to {worker};
