using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Rendering;

namespace Sora.Simulator.Videos;

/// <summary>The reference image of a create: a file, or a data URL. Foreign URLs and file ids are refused.</summary>
internal sealed class ReferenceUpload(UploadedFiles files)
{
    private const string Field = "input_reference";

    /// <summary>Adds the image to the order, if the form has one.</summary>
    public async Task<(VideoOrder? Order, ApiError? Problem)> AddAsync(
        VideoOrder order,
        VideoForm form,
        CancellationToken cancellationToken)
    {
        if (form.Texts.ContainsKey($"{Field}[file_id]"))
        {
            return (null, ApiError.Invalid($"{Field}.file_id", "There is no Files API here: upload the image."));
        }

        var image = form.Files.GetValueOrDefault(Field);
        if (form.Texts.TryGetValue($"{Field}[image_url]", out var url) && (image = DataOf(url)) is null)
        {
            return (null, ApiError.Invalid($"{Field}.image_url", "Only data:image/…;base64 URLs can be read here."));
        }

        if (image is null)
        {
            return (order, null);
        }

        return await files.KeepImageAsync(image, order.Size, cancellationToken) is { } sha256
            ? (order with { ReferenceSha256 = sha256 }, null)
            : (null, ApiError.Invalid(Field, "Inpaint image must match the requested width and height"));
    }

    private static byte[]? DataOf(string url)
    {
        const string marker = ";base64,";
        var start = url.IndexOf(marker, StringComparison.Ordinal);
        if (start < 0 || !url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var base64 = url.AsSpan(start + marker.Length);
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
