using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.StorageWorker.Images;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.References;

/// <summary>
/// <c>PUT /internal/references/{video_id}?size=WIDTHxHEIGHT</c>: checks the image that a video shall begin
/// with, before any money is held for it, and keeps it. A repeat for the same video gets the first answer.
/// </summary>
internal sealed class KeepReference(
    ServiceDatabase database,
    ImageSource source,
    IObjectStore store,
    TimeProvider clock,
    IOptions<ReferenceOptions> options)
{
    // Base64 takes four bytes for three; the rest is room for the JSON around it.
    private long MaxBodyBytes => (options.Value.MaxBytes * 4 / 3) + (64 * 1024);

    /// <summary>
    /// Answers 200 with the <see cref="ReferenceImage"/>, or 400 with what is wrong with the image.
    /// </summary>
    public async Task<IResult> HandleAsync(string videoId, string? size, Caller caller, HttpRequest request)
    {
        if (!TryParseSize(size, out var width, out var height))
        {
            return ApiError.Invalid("size", $"Invalid value: '{size}'. It must have the form WIDTHxHEIGHT.");
        }

        var cancellationToken = request.HttpContext.RequestAborted;
        var isUrl = request.HasJsonContentType();
        try
        {
            if (await FindAsync(videoId, caller, cancellationToken) is { } kept)
            {
                return Results.Ok(kept);
            }

            request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>()
                .MaxRequestBodySize = MaxBodyBytes;
            using var draft = store.CreateDraft();
            await (isUrl
                ? FetchAsync(request, draft, cancellationToken)
                : source.ReceiveAsync(request.Body, request.ContentLength, draft, cancellationToken));
            return Results.Ok(await KeepAsync(videoId, Check(draft, width, height), draft, caller, cancellationToken));
        }
        catch (ReferenceRefusedException exception)
        {
            return Refuse(isUrl, exception);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refuse(isUrl, source.TooLarge());
        }
    }

    private static ApiError Refuse(bool isUrl, ReferenceRefusedException exception) => ApiError.Invalid(
        isUrl ? "input_reference.image_url" : "input_reference", exception.Message, exception.Code);

    private async Task FetchAsync(HttpRequest request, Draft draft, CancellationToken cancellationToken)
    {
        try
        {
            var body = await request.ReadFromJsonAsync<ByUrlRequest>(cancellationToken);
            if (string.IsNullOrEmpty(body?.ImageUrl))
            {
                throw new ReferenceRefusedException("missing_required_parameter", "The image's URL is missing.");
            }

            await source.FetchAsync(body.ImageUrl, draft, cancellationToken);
        }
        catch (JsonException)
        {
            throw new ReferenceRefusedException("malformed_request", "The request is not valid JSON.");
        }
    }

    // Header and size first: an image that claims a billion pixels is refused after a few bytes.
    private static ImageFile Check(Draft draft, int width, int height)
    {
        try
        {
            var bytes = new ImageBytes(draft.Handle, draft.Length);
            var image = ImageFile.ReadHeader(bytes);
            if ((image.Width, image.Height) != (width, height))
            {
                throw new ReferenceRefusedException(
                    "image_size_mismatch",
                    "Inpaint image must match the requested width and height: "
                    + $"the image is {image.Width}x{image.Height}, the requested size is {width}x{height}.");
            }

            image.CheckWhole(bytes);
            return image;
        }
        catch (BadImageException exception)
        {
            throw new ReferenceRefusedException("invalid_image", exception.Message);
        }
    }

    private async Task<ReferenceImage> KeepAsync(
        string videoId, ImageFile image, Draft draft, Caller caller, CancellationToken cancellationToken)
    {
        // Named by its content: of two requests at once, both write the same object or different ones.
        var key = ReferenceImage.Folder(caller.Project, videoId).Child(draft.Sha256 + image.Format.Extension());
        await store.KeepAsync(draft, key, cancellationToken);
        await using var work = await database.BeginAsync(caller, cancellationToken);
        await work.ExecuteAsync(
            $"""
            insert into reference_images
                (video_id, organization, project, object_key, expires_at, {ReferenceImage.Columns})
            values (@videoId, @Organization, @Project, @Key, @ExpiresAt,
                @ContentType, @Width, @Height, @Length, @Sha256)
            on conflict do nothing
            """,
            new
            {
                videoId,
                caller.Organization,
                caller.Project,
                Key = key.Value,
                ExpiresAt = clock.GetUtcNow() + options.Value.Lifetime,
                ContentType = image.Format.ContentType(),
                image.Width,
                image.Height,
                draft.Length,
                draft.Sha256,
            },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return await FindAsync(videoId, caller, cancellationToken)
            ?? throw new InvalidOperationException($"The image of {videoId} was kept and is gone.");
    }

    private async Task<ReferenceImage?> FindAsync(
        string videoId, Caller caller, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<ReferenceImage>(
            caller,
            $"select {ReferenceImage.Columns} from reference_images where video_id = @videoId",
            new { videoId },
            cancellationToken);
        return rows.SingleOrDefault();
    }

    private static bool TryParseSize(string? size, out int width, out int height)
    {
        (width, height) = (0, 0);
        return size?.Split('x') is [var first, var second]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out width)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out height);
    }

    private sealed record ByUrlRequest(string? CommandId, string? ImageUrl);
}
