namespace Sora.StorageWorker.Images;

/// <summary>What a file turned out to be, read from its own bytes.</summary>
/// <param name="Format">The format.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public sealed record ImageFile(ImageFormat Format, int Width, int Height)
{
    private const int LongestSignature = 12;

    private delegate (int Width, int Height) HeaderReader(ImageBytes bytes);

    /// <summary>
    /// Reads the header: format and size, nothing else, in a few hundred bytes as a rule. No pixel is ever
    /// decoded.
    /// </summary>
    /// <exception cref="BadImageException">
    /// It is not a PNG, JPEG or WebP image; the message is for the user.
    /// </exception>
    public static ImageFile ReadHeader(ImageBytes bytes)
    {
        var format = FormatOf(bytes.PeekStart(LongestSignature));
        HeaderReader reader = format switch
        {
            ImageFormat.Png => PngImage.ReadHeader,
            ImageFormat.Jpeg => JpegImage.ReadHeader,
            _ => WebPImage.ReadHeader,
        };
        var (width, height) = reader(bytes);
        return width > 0 && height > 0
            ? new ImageFile(format, width, height)
            : throw new BadImageException($"The {format.Name()} image has no pixels.");
    }

    /// <summary>Walks the whole file, whose header was read, to its end.</summary>
    /// <exception cref="BadImageException">
    /// It is truncated, damaged or animated; the message is for the user.
    /// </exception>
    public void CheckWhole(ImageBytes bytes)
    {
        switch (Format)
        {
            case ImageFormat.Png:
                PngImage.CheckWhole(bytes);
                break;
            case ImageFormat.Jpeg:
                JpegImage.CheckWhole(bytes);
                break;
            default:
                WebPImage.CheckWhole(bytes, Width, Height);
                break;
        }
    }

    private static ImageFormat FormatOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(PngImage.Signature))
        {
            return ImageFormat.Png;
        }

        if (start.StartsWith(JpegImage.Signature))
        {
            return ImageFormat.Jpeg;
        }

        return start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8)
            ? ImageFormat.WebP
            : throw new BadImageException(
                "The file is not an image of a supported type. "
                + "Supported types are: 'image/jpeg', 'image/png', and 'image/webp'.");
    }
}

/// <summary>The formats that are taken.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>WebP.</summary>
    WebP,
}

/// <summary>The names of formats.</summary>
public static class ImageFormats
{
    /// <summary>The name as people write it.</summary>
    public static string Name(this ImageFormat format) => format switch
    {
        ImageFormat.Png => "PNG",
        ImageFormat.Jpeg => "JPEG",
        _ => "WebP",
    };

    /// <summary>The media type.</summary>
    public static string ContentType(this ImageFormat format) => format switch
    {
        ImageFormat.Png => "image/png",
        ImageFormat.Jpeg => "image/jpeg",
        _ => "image/webp",
    };

    /// <summary>The ending of a file's name, with its dot.</summary>
    public static string Extension(this ImageFormat format) => format switch
    {
        ImageFormat.Png => ".png",
        ImageFormat.Jpeg => ".jpg",
        _ => ".webp",
    };
}

/// <summary>The file is no image that can be used.</summary>
/// <param name="message">Why, in words for the user.</param>
public sealed class BadImageException(string message) : Exception(message);
