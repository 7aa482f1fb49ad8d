namespace Sora.StorageWorker.Clips;

/// <summary>One of the three files of a clip, as the protocol names them.</summary>
/// <param name="Name">Its name in <c>?variant=</c>, at the upstream and in the rows.</param>
public sealed record ClipVariant(string Name)
{
    /// <summary>The MP4 itself.</summary>
    public static readonly ClipVariant Video = new("video");

    /// <summary>One frame, 640 pixels wide when it is made here.</summary>
    public static readonly ClipVariant Thumbnail = new("thumbnail");

    /// <summary>Eight frames in two rows when it is made here.</summary>
    public static readonly ClipVariant Spritesheet = new("spritesheet");

    /// <summary>All, in the order that the protocol lists them.</summary>
    public static readonly IReadOnlyList<ClipVariant> All = [Video, Thumbnail, Spritesheet];

    /// <summary>Those that a clip is complete without.</summary>
    public static readonly IReadOnlyList<ClipVariant> Pictures = [Thumbnail, Spritesheet];

    /// <summary>The variant of this name, or null.</summary>
    public static ClipVariant? Find(string name) => All.FirstOrDefault(variant => variant.Name == name);
}
