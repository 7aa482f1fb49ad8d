using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Uploads;

/// <summary>
/// <c>PUT /internal/uploads/{id}?use=source|character</c>: checks a video that a user brought, before any money is held
/// for what is to be made of it, and keeps it. A repeat for the same id gets the first answer.
/// </summary>
internal sealed class KeepUpload(
    ServiceDatabase database, VideoProbe probe, IObjectStore store, TimeProvider clock, IOptions<UploadOptions> options)
{
    /// <summary>Answers 200 with the <see cref="UploadedVideo"/>, or 400 with what is wrong with the file.</summary>
    public async Task<IResult> HandleAsync(string id, string? use, Caller caller, HttpRequest request)
    {
        if (UploadUse.Find(use) is not { } wanted)
        {
            return ApiError.Invalid("use", $"Invalid value: '{use}'. Supported values are: 'character' and 'source'.");
        }

        var cancellationToken = request.HttpContext.RequestAborted;
        if (await FindAsync(id, caller, cancellationToken) is { } kept)
        {
            return Results.Ok(kept);
        }

        // One byte more than allowed may come, so that the answer names the limit and not the server.
        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>()
            .MaxRequestBodySize = options.Value.MaxBytes + 1;
        try
        {
            using var draft = store.CreateDraft(request.ContentLength <= options.Value.MaxBytes ? request.ContentLength : null);
            return Results.Ok(await ReceiveAsync(id, wanted, draft, caller, request));
        }
        catch (UploadRefusedException exception)
        {
            return ApiError.Invalid("video", exception.Message, exception.Code);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ApiError.Invalid("video", TooLarge().Message, TooLarge().Code);
        }
    }

    private async Task<UploadedVideo> ReceiveAsync(
        string id, UploadUse use, Draft draft, Caller caller, HttpRequest request)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        if (!await draft.FillAsync(request.Body, options.Value.MaxBytes, cancellationToken))
        {
            throw TooLarge();
        }

        var (width, height, milliseconds) = await probe.MeasureAsync(draft, cancellationToken);
        if (use.FindProblem(width, height, milliseconds) is { } problem)
        {
            throw new UploadRefusedException("invalid_video", problem);
        }

        // Named by its content: of two requests at once, both write the same object or different ones.
        var key = UploadedVideo.Folder(caller.Project, id).Child($"{draft.Sha256}.mp4");
        await store.KeepAsync(draft, key, cancellationToken);
        var video = new UploadedVideo(width, height, milliseconds, draft.Length, draft.Sha256);
        return await SaveAsync(id, video, key, caller, cancellationToken);
    }

    private async Task<UploadedVideo> SaveAsync(
        string id, UploadedVideo video, ObjectKey key, Caller caller, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(caller, cancellationToken);
        await work.ExecuteAsync(
            $"""
            insert into uploads (id, organization, project, object_key, content_type, expires_at, {UploadedVideo.Columns})
            values (@id, @Organization, @Project, @Key, 'video/mp4', @ExpiresAt,
                @Width, @Height, @Milliseconds, @Length, @Sha256)
            on conflict do nothing
            """,
            new
            {
                id,
                caller.Organization,
                caller.Project,
                Key = key.Value,
                ExpiresAt = clock.GetUtcNow() + options.Value.Lifetime,
                video.Width,
                video.Height,
                video.Milliseconds,
                video.Length,
                video.Sha256,
            },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return await FindAsync(id, caller, cancellationToken)
            ?? throw new InvalidOperationException($"The upload {id} was kept and is gone.");
    }

    private async Task<UploadedVideo?> FindAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<UploadedVideo>(
            caller, $"select {UploadedVideo.Columns} from uploads where id = @id", new { id }, cancellationToken);
        return rows.SingleOrDefault();
    }

    private UploadRefusedException TooLarge() => new(
        "file_too_large", $"The video is larger than the limit of {options.Value.MaxBytes} bytes.");
}
