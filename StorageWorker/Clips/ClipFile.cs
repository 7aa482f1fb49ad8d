using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>A file that lies in the object store, durable.</summary>
/// <param name="Variant">Which of the clip's files it is.</param>
/// <param name="Key">Where it lies.</param>
/// <param name="ContentType">Its media type, from its bytes.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, lowercase hex.</param>
internal sealed record ClipFile(ClipVariant Variant, ObjectKey Key, string ContentType, long Length, string Sha256)
{
    /// <summary>Inserts the rows of files, unless the variant has one.</summary>
    public const string Insert =
        """
        insert into clip_files (video_id, variant, project, object_key, content_type, length, sha256)
        select @VideoId, variant, @Project, object_key, content_type, length, sha256
        from unnest(@Variants, @Keys, @ContentTypes, @Lengths, @Sha256s)
            as file (variant, object_key, content_type, length, sha256)
        on conflict do nothing
        """;

    /// <summary>The parameters of <see cref="Insert"/>.</summary>
    public static object Columns(ClipClaim claim, IReadOnlyList<ClipFile> files) => new
    {
        claim.VideoId,
        claim.Project,
        Variants = files.Select(file => file.Variant.Name).ToArray(),
        Keys = files.Select(file => file.Key.Value).ToArray(),
        ContentTypes = files.Select(file => file.ContentType).ToArray(),
        Lengths = files.Select(file => file.Length).ToArray(),
        Sha256s = files.Select(file => file.Sha256).ToArray(),
    };
}
