namespace Sora.TestServers;

/// <summary>The environment variables that name running servers, for test processes that share one set.</summary>
internal static class ServerVariables
{
    /// <summary>Npgsql connection string of a superuser.</summary>
    public const string Postgres = "SORA_TEST_POSTGRES";

    /// <summary>AMQP URI that ends in <c>/</c>.</summary>
    public const string RabbitMq = "SORA_TEST_RABBITMQ";

    /// <summary>Root of RabbitMQ's management API, with user and password.</summary>
    public const string RabbitMqManagement = "SORA_TEST_RABBITMQ_MANAGEMENT";

    /// <summary>StackExchange.Redis connection string.</summary>
    public const string Redis = "SORA_TEST_REDIS";

    /// <summary>Its value in this process; null where it is not set or empty.</summary>
    public static string? Get(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The variables that hand running servers on to a child process.</summary>
    public static Dictionary<string, string?> For(OwnServers servers) => new()
    {
        [Postgres] = servers.Postgres.ConnectionString,
        [RabbitMq] = servers.RabbitMq.Address.Uri,
        [RabbitMqManagement] = servers.RabbitMq.Address.Management.OriginalString,
        [Redis] = servers.Redis.ConnectionString,
    };
}
