-- The price book. A version is in force from valid_from until the next one's; it is never changed, only followed.
create table price_versions (
    version    int primary key check (version > 0),
    valid_from timestamptz not null,
    note       text not null
);

-- Micro-dollars for each second of video. The upper limits keep every product and sum far inside bigint.
create table prices (
    version                             int not null references price_versions,
    model                               text not null,
    size                                text not null,
    tier                                text not null check (tier in ('standard', 'expensive')),
    micro_usd_per_second                bigint not null check (micro_usd_per_second between 0 and 1000000000000),
    upstream_cost_micro_usd_per_second  bigint not null default 0
        check (upstream_cost_micro_usd_per_second between 0 and 1000000000000),
    primary key (version, model, size)
);

grant select on price_versions, prices to {app}, {worker};
grant insert on price_versions, prices to {worker};

insert into price_versions (version, valid_from, note)
values (1, '2025-10-06T00:00:00Z', 'OpenAI''s last list prices; the simulator costs nothing upstream');

insert into prices (version, model, size, tier, micro_usd_per_second)
values (1, 'sora-2', '720x1280', 'standard', 100000),
       (1, 'sora-2', '1280x720', 'standard', 100000),
       (1, 'sora-2-pro', '720x1280', 'expensive', 300000),
       (1, 'sora-2-pro', '1280x720', 'expensive', 300000),
       (1, 'sora-2-pro', '1024x1792', 'expensive', 500000),
       (1, 'sora-2-pro', '1792x1024', 'expensive', 500000),
       (1, 'sora-2-pro', '1080x1920', 'expensive', 700000),
       (1, 'sora-2-pro', '1920x1080', 'expensive', 700000);
