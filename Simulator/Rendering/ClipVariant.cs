namespace Sora.Simulator.Rendering;

/// <summary>The three files of a clip.</summary>
/// <param name="Name">The protocol's word for it.</param>
/// <param name="FileName">Its name in the clip's folder.</param>
/// <param name="ContentType">The type it is served as.</param>
internal sealed record ClipVariant(string Name, string FileName, string ContentType)
{
    public static ClipVariant Video { get; } = new("video", "video.mp4", "video/mp4");

    public static ClipVariant Thumbnail { get; } = new("thumbnail", "thumbnail.webp", "image/webp");

    public static ClipVariant Spritesheet { get; } = new("spritesheet", "spritesheet.jpg", "image/jpeg");

    public static ClipVariant? Find(string name) =>
        new[] { Video, Thumbnail, Spritesheet }.FirstOrDefault(variant => variant.Name == name);
}
