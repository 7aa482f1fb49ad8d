using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Xunit;

namespace Sora.AppHost.Tests;

/// <summary>The Aspire model; needs the Aspire packages and, for the last test, containers.</summary>
public sealed class AppHostTests
{
    [Fact]
    public async Task The_model_has_every_service_and_server()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            TestContext.Current.CancellationToken);

        string[] expected =
        [
            "gateway", "video-service", "quota-service", "storage-worker", "webhook-service", "simulator",
            "videodb", "quotadb", "storagedb", "webhookdb", "identitydb", "rabbitmq", "redis",
        ];
        Assert.Superset(expected.ToHashSet(), builder.Resources.Select(resource => resource.Name).ToHashSet());
    }

    [Fact]
    public async Task A_configured_connection_string_takes_the_place_of_a_container()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["ConnectionStrings:redis=localhost:6379"], TestContext.Current.CancellationToken);

        var redis = builder.Resources.Single(resource => resource.Name == "redis");
        Assert.IsNotType<ContainerResource>(redis, exactMatch: false);
    }

    [Fact]
    public async Task The_gateway_becomes_healthy_and_asks_for_a_key()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(cancellationToken);
        await using var app = await builder.BuildAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("gateway", cancellationToken);

        using var http = app.CreateHttpClient("gateway");
        using var answer = await http.GetAsync("/v1/videos", cancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
