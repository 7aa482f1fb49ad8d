using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Sora.OpenApi.Tests.Generation;

/// <summary>
/// A service's own <c>Program</c> with all its routes and nothing that runs: no server is reached. What
/// makes the document is added here, so that the product itself carries no generator.
/// </summary>
/// <typeparam name="T">Any public type of the service's assembly.</typeparam>
internal sealed class DescribedService<T> : WebApplicationFactory<T>
    where T : class
{
    private const string DocumentName = "v1";

    private static readonly string[] Neighbours =
        ["video-service", "quota-service", "storage-worker", "webhook-service"];

    private readonly Dictionary<string, JsonTypeInfo> _types = [];

    /// <summary>Starts it, asks for its document and ends it.</summary>
    public static async Task<ServiceDescription> DescribeAsync(string service)
    {
        await using var host = new DescribedService<T>();
        var provider = host.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentName);
        var document = await provider.GetOpenApiDocumentAsync();
        var text = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        var json = host.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return new ServiceDescription(service, JsonNode.Parse(text)!.AsObject(), host._types, json);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        foreach (var service in Neighbours)
        {
            builder.UseSetting($"services:{service}:http:0", "http://127.0.0.1:1");
        }

        builder.UseSetting("InternalIdentity:Secret", Convert.ToBase64String(new byte[32]));
        builder.UseSetting("ConnectionStrings:rabbitmq", "amqp://127.0.0.1:1");
        builder.UseSetting("ConnectionStrings:redis", "127.0.0.1:1");
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services =>
        {
            RunNothing(services);
            services.AddOpenApi(DocumentName, options => options.CreateSchemaReferenceId = NameOf);

            // By the web's defaults a number may come as a string; what the services write is a number.
            services.Configure<JsonOptions>(options => options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        });
    }

    private static void RunNothing(IServiceCollection services)
    {
        var idle = services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Name != "GenericWebHostService").ToList();
        foreach (var service in idle)
        {
            services.Remove(service);
        }

        services.RemoveAll<IStartupValidator>();
    }

    private string? NameOf(JsonTypeInfo type)
    {
        if (type.Kind is not JsonTypeInfoKind.Object)
        {
            return OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        }

        var name = PublicName(type.Type);
        _types[name] = type;
        return name;
    }

    /// <summary><c>VideoResource</c> is a Video, <c>ListResource&lt;ApiKeyResource&gt;</c> an ApiKeyList.</summary>
    private static string PublicName(Type type) => type.IsGenericType
        ? $"{PublicName(type.GetGenericArguments().Single())}List"
        : type.Name.Replace("Resource", "", StringComparison.Ordinal);
}
