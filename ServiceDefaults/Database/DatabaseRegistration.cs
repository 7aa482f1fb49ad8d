using System.Diagnostics;
using System.Reflection;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Sora.ServiceDefaults.Database;

/// <summary>Registers a service's own database.</summary>
public static class DatabaseRegistration
{
    // Unless the connection string sets one: five services must fit into PostgreSQL's default of 100 connections.
    private const int PoolSize = 18;
    private const int DriversPoolSize = 100;

    /// <summary>
    /// Adds the database at <c>ConnectionStrings:NAME</c>: pool, unit of work, migrations before anything else starts,
    /// readiness check. The migrations are the SQL files embedded in the service's own assembly.
    /// </summary>
    public static WebApplicationBuilder AddDatabase(this WebApplicationBuilder builder, string name)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper asks a handler about parameters only where it has no mapping of its own.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new UtcTimestamps());
        builder.Services.AddSingleton(services => CreateDataSource(services.GetRequiredService<IConfiguration>(), name));
        builder.Services.AddSingleton(services =>
            new ServiceDatabase(name, services.GetRequiredService<NpgsqlDataSource>()));
        var migrations = new MigrationSource(Assembly.GetCallingAssembly());
        builder.Services.AddSingleton(migrations);
        builder.Services.AddSingleton<Migrations>();
        builder.Services.AddSingleton<IHostedService>(services => services.GetRequiredService<Migrations>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: ["ready"]);
        return builder;
    }

    private static NpgsqlDataSource CreateDataSource(IConfiguration configuration, string name)
    {
        var connectionString = configuration.GetConnectionString(name)
            ?? throw new InvalidOperationException($"ConnectionStrings:{name} is not configured.");
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.MaxAutoPrepare = 100;
        if (builder.ConnectionStringBuilder.MaxPoolSize == DriversPoolSize)
        {
            builder.ConnectionStringBuilder.MaxPoolSize = PoolSize;
        }

        builder.ConnectionStringBuilder.Timeout = 5;
        builder.ConnectionStringBuilder.CommandTimeout = 10;

        // Seven statements each time a connection is taken, to undo what nothing here leaves behind: roles and settings are
        // local to their transactions, and whoever listens or locks ends that himself.
        builder.ConnectionStringBuilder.NoResetOnClose = true;

        // Work that belongs to no request or job (idle claims, relays, sweeps) makes no spans.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(false)
            .EnableFirstResponseEvent(false));
        return builder.Build();
    }

    /// <summary>Instants are <c>timestamptz</c> in the database and <see cref="DateTimeOffset"/> in UTC here.</summary>
    private sealed class UtcTimestamps : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            DateTimeOffset time => time.ToUniversalTime(),
            _ => throw new InvalidCastException($"{value.GetType()} is not an instant."),
        };

        public override void SetValue(System.Data.IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = value.UtcDateTime;
    }
}
