using Sora.Gateway.ApiKeys;
using Sora.OpenApi.Tests;
using Sora.OpenApi.Tests.Generation;
using Sora.QuotaService.Prices;
using Sora.StorageWorker.Clips;
using Sora.VideoService.Catalogue;
using Sora.WebhookService.Inbound;
using Xunit;

[assembly: AssemblyFixture(typeof(PublicDocumentFixture))]

namespace Sora.OpenApi.Tests;

/// <summary>The services' descriptions and the public document, made once.</summary>
public sealed class PublicDocumentFixture : IAsyncLifetime
{
    internal IReadOnlyList<ServiceDescription> Services { get; private set; } = [];

    internal PublicDocument Document { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Services =
        [
            await DescribedService<GatewayOptions>.DescribeAsync("gateway"),
            await DescribedService<CatalogueOptions>.DescribeAsync("video-service"),
            await DescribedService<PriceOptions>.DescribeAsync("quota-service"),
            await DescribedService<ClipOptions>.DescribeAsync("storage-worker"),
            await DescribedService<WebhookOptions>.DescribeAsync("webhook-service"),
        ];
        Document = PublicDocument.Build(Services);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
