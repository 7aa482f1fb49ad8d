namespace Sora.Simulator.Rendering;

/// <summary>The finished files of a scene.</summary>
/// <param name="Key">Lowercase hex; equal for equal scenes, hence a strong ETag.</param>
/// <param name="Folder">Where the files lie.</param>
internal sealed record Clip(string Key, string Folder)
{
    public string PathOf(ClipVariant variant) => Path.Combine(Folder, variant.FileName);
}
