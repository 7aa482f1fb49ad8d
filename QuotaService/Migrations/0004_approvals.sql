-- Which videos of an organisation need an approval: those of a price tier, or those that cost at least so much. None are
-- set by default, so that nothing waits.
create table approval_rules (
    id                   text primary key,
    organization         text not null,
    tier                 text check (tier in ('standard', 'expensive')),
    min_amount_micro_usd bigint check (min_amount_micro_usd > 0),
    created_at           timestamptz not null,
    constraint by_tier_or_by_cost check (num_nonnulls(tier, min_amount_micro_usd) = 1)
);
create unique index approval_rules_of_organization on approval_rules (organization, tier, min_amount_micro_usd)
    nulls not distinct;

-- What somebody has to decide, or has decided. The price stays held meanwhile. The fingerprint is of what was ordered at
-- which price: a decision is on that, and on nothing else.
create table approvals (
    video_id          text primary key references holds,
    organization      text not null,
    project           text not null,
    user_id           text not null,
    state             text not null check (state in ('pending', 'approved', 'rejected', 'lapsed')),
    reason            text not null,
    order_fingerprint text not null,
    requested_at      timestamptz not null,
    expires_at        timestamptz not null check (expires_at > requested_at),
    decided_at        timestamptz,
    constraint pending_until_decided check ((state = 'pending') = (decided_at is null))
);
create index approvals_pending on approvals (organization, requested_at) where state = 'pending';

alter table approval_rules enable row level security, force row level security;
create policy of_the_caller on approval_rules to {app}
    using (organization = current_setting('app.organization', true));
alter table approvals enable row level security, force row level security;
create policy of_the_caller on approvals to {app}
    using (organization = current_setting('app.organization', true)
        and project = current_setting('app.project', true));

grant select on approval_rules to {app}, {worker};
grant select, insert on approvals to {app};
grant select, update on approvals to {worker};

-- When VideoService was last asked what became of an open hold.
alter table holds add column asked_at timestamptz;
create index holds_to_ask on holds (coalesce(asked_at, placed_at)) where resolved_at is null;
