using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Objects;

/// <summary>Wires the object store.</summary>
public static class ObjectsModule
{
    /// <summary>
    /// Adds the <see cref="IObjectStore"/> that section <c>Objects</c> chooses. A wrong setting stops the
    /// start.
    /// </summary>
    public static WebApplicationBuilder AddObjects(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ObjectsOptions>().BindConfiguration("Objects").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ObjectsOptions>, ObjectsOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<ObjectsOptions>, S3ChosenValidator>();
        builder.Services.AddSingleton<IObjectStore>(services =>
        {
            var options = services.GetRequiredService<IOptions<ObjectsOptions>>().Value;
            return options.Store == StoreKind.S3
                ? new S3Store(CreateClient(options.S3), options.S3, new DraftFolder(options.S3.DraftFolder))
                : new DiskStore(options.Disk.Root);
        });
        return builder;
    }

    /// <summary>
    /// A client as every server of the protocol understands it: path-style, without checksums of AWS's own.
    /// </summary>
    internal static AmazonS3Client CreateClient(S3Options options) => new(
        new BasicAWSCredentials(options.AccessKey, options.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = (options.Endpoint ?? new Uri($"https://s3.{options.Region}.amazonaws.com")).ToString(),
            AuthenticationRegion = options.Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 2,
            Timeout = TimeSpan.FromMinutes(5),
        });
}
