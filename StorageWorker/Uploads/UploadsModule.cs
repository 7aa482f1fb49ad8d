using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;

namespace Sora.StorageWorker.Uploads;

/// <summary>The videos that users bring: checked, kept until they are submitted or as long as their character.</summary>
public static class UploadsModule
{
    /// <summary>Adds the keeping of uploads, configured by section <c>Uploads</c>. A wrong setting stops the start.</summary>
    public static WebApplicationBuilder AddUploads(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<UploadOptions>().BindConfiguration("Uploads").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<UploadOptions>, UploadOptionsValidator>();
        builder.Services.AddSingleton<VideoProbe>();
        builder.Services.AddSingleton<KeepUpload>();
        return builder;
    }

    /// <summary>Maps the internal routes, which only services may call.</summary>
    public static WebApplication MapUploads(this WebApplication app)
    {
        var uploads = app.MapGroup("/internal/uploads/{id}").RequireAuthorization(InternalAuthentication.FromService);
        uploads.MapPut("/", Keep).WithName("KeepUpload").WithSummary("Check and keep a video that a user brought");
        uploads.MapGet("/", GetUpload.HandleAsync).WithName("GetUpload").WithSummary("Read a kept video");
        return app;
    }

    private static Task<IResult> Keep(string id, string? use, Caller caller, KeepUpload keep, HttpRequest request) =>
        keep.HandleAsync(id, use, caller, request);
}
