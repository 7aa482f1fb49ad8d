using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;

namespace Sora.StorageWorker.References;

/// <summary>
/// The images that videos begin with: checked, kept until the submission, handed out to it.
/// </summary>
public static class ReferencesModule
{
    /// <summary>
    /// Adds the keeping of images, configured by section <c>References</c>. A wrong setting stops the start.
    /// </summary>
    public static WebApplicationBuilder AddReferences(this WebApplicationBuilder builder)
    {
        builder.AddGuardedHttp();
        builder.Services.AddOptions<ReferenceOptions>().BindConfiguration("References").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ReferenceOptions>, ReferenceOptionsValidator>();
        builder.Services.AddSingleton<ImageSource>();
        builder.Services.AddSingleton<KeepReference>();
        builder.Services.AddHostedService<ReferenceSweeper>();
        return builder;
    }

    /// <summary>Maps the internal routes, which only services may call.</summary>
    public static WebApplication MapReferences(this WebApplication app)
    {
        var references = app.MapGroup("/internal/references/{videoId}")
            .RequireAuthorization(InternalAuthentication.FromService);
        references.MapPut("/", Keep)
            .WithName("KeepReference")
            .WithSummary("Check and keep the image that a video begins with");
        references.MapGet("/", GetReference.HandleAsync)
            .WithName("GetReference")
            .WithSummary("Read a kept image");
        return app;
    }

    private static Task<IResult> Keep(
        string videoId, string? size, Caller caller, KeepReference keep, HttpRequest request) =>
        keep.HandleAsync(videoId, size, caller, request);
}
