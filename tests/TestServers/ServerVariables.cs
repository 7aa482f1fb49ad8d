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
}
