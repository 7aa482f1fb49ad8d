-- What an organisation, a project or a user may spend in a month, and the balances of that: a cache of entries, changed
-- in the transaction that adds the entries. Whoever changes balances locks the hold first, then the organisation's row,
-- the project's and the user's. A lowered limit may lie below what is held and spent; only new holds must fit.
create table budgets (
    organization            text not null,
    level                   text not null check (level in ('organization', 'project', 'user')),
    owner                   text not null,
    monthly_limit_micro_usd bigint not null check (monthly_limit_micro_usd between 0 and 1000000000000000000),
    max_in_flight           int check (max_in_flight >= 0),
    -- All open holds, in whichever month they were placed.
    held_micro_usd          bigint not null default 0 check (held_micro_usd >= 0),
    in_flight               int not null default 0 check (in_flight >= 0),
    -- What was settled in this month, which is that of the latest settlement; in a later month nothing is spent yet.
    month                   timestamptz not null check (month = date_trunc('month', month, 'UTC')),
    spent_micro_usd         bigint not null default 0 check (spent_micro_usd >= 0),
    primary key (organization, level, owner)
) with (fillfactor = 50);

alter table budgets enable row level security, force row level security;
create policy of_the_caller on budgets to {app}
    using (organization = current_setting('app.organization', true)
        and (level <> 'project' or owner = current_setting('app.project', true)));

-- Nobody who acts for a caller changes a limit.
grant select, insert, update (held_micro_usd, in_flight) on budgets to {app};
grant select, update on budgets to {worker};

-- Money set aside for a video, once for each video. One that ended before it was ever held stands here too, with
-- nothing held, so that a hold that comes late is refused.
create table holds (
    video_id                text primary key,
    organization            text not null,
    project                 text not null,
    user_id                 text not null,
    status                  text not null check (status in ('granted', 'needs_approval', 'settled', 'released')),
    kind                    text check (kind in ('create', 'remix', 'edit', 'extension')),
    model                   text,
    size                    text,
    seconds                 int check (seconds > 0),
    price_version           int references price_versions,
    tier                    text check (tier in ('standard', 'expensive')),
    amount_micro_usd        bigint not null check (amount_micro_usd >= 0),
    upstream_cost_micro_usd bigint not null check (upstream_cost_micro_usd >= 0),
    placed_at               timestamptz not null,
    resolved_at             timestamptz,
    constraint open_until_resolved check ((status in ('granted', 'needs_approval')) = (resolved_at is null)),
    constraint never_held_or_complete check (
        num_nulls(kind, model, size, seconds, price_version, tier) = 0
        or (status in ('settled', 'released') and amount_micro_usd = 0 and upstream_cost_micro_usd = 0))
);
create index holds_open on holds (organization, project, user_id) where resolved_at is null;

alter table holds enable row level security, force row level security;
create policy of_the_caller on holds to {app}
    using (organization = current_setting('app.organization', true)
        and project = current_setting('app.project', true));

grant select, insert on holds to {app};
grant select, insert, update on holds to {worker};
