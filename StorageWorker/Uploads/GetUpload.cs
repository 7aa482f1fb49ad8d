using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.StorageWorker.Objects;
using Sora.StorageWorker.References;

namespace Sora.StorageWorker.Uploads;

/// <summary><c>GET /internal/uploads/{id}</c>: the bytes of a kept video, for its submission.</summary>
internal static class GetUpload
{
    /// <summary>Answers 200 with the bytes, or 404.</summary>
    public static async Task<IResult> HandleAsync(
        string id, Caller caller, ServiceDatabase database, IObjectStore store, HttpContext context)
    {
        var rows = await database.ReadAsync<KeptFile>(
            caller,
            "select object_key, content_type, length from uploads where id = @id",
            new { id },
            context.RequestAborted);
        return rows.SingleOrDefault() is { } file && await file.SendAsync(store, context)
            ? Results.Empty
            : ApiError.NotFound($"There is no upload '{id}'.", "upload_not_found");
    }
}
