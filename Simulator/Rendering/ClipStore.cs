using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Rendering;

/// <summary>
/// Clips by scene: each is rendered once, however many videos show it, and again if it was swept away. In cheap mode
/// all videos of a size and length share one scene.
/// </summary>
internal sealed class ClipStore
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Clip>>> _rendering = new();
    private readonly ClipRenderer _renderer;
    private readonly UploadedFiles _uploads;
    private readonly CancellationToken _stopping;
    private readonly TimeProvider _clock;
    private readonly bool _cheap;

    public ClipStore(
        ClipRenderer renderer,
        UploadedFiles uploads,
        IHostApplicationLifetime lifetime,
        IOptions<SimulatorOptions> options,
        TimeProvider clock)
    {
        _renderer = renderer;
        _uploads = uploads;
        _stopping = lifetime.ApplicationStopping;
        _clock = clock;
        _cheap = options.Value.Cheap;
        Folder = Path.GetFullPath(Path.Combine(options.Value.DataFolder, options.Value.ClipFolder));
        Directory.CreateDirectory(Folder);
    }

    /// <summary>One folder a clip, named by its key. Unfinished ones have longer names.</summary>
    public string Folder { get; }

    /// <summary>The clip of an order; renders it when it is not there.</summary>
    /// <exception cref="RenderingFailedException">It cannot be rendered.</exception>
    public Task<Clip> GetAsync(VideoOrder order, CancellationToken cancellationToken) =>
        GetAsync(_cheap ? Scene.Cheap(order) : Scene.Of(order), cancellationToken);

    private async Task<Clip> GetAsync(Scene scene, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(scene.Hash());
        var clip = new Clip(key, Path.Combine(Folder, key));
        if (Directory.Exists(clip.Folder))
        {
            // The sweeper deletes what nobody has asked for in a long time.
            Directory.SetLastWriteTimeUtc(clip.Folder, _clock.GetUtcNow().UtcDateTime);
            return clip;
        }

        // Many callers may wait for one rendering, so that it ends with the process and not with a caller.
        var rendering = _rendering.GetOrAdd(key, _ => new Lazy<Task<Clip>>(() => RenderAsync(scene, clip)));
        return await rendering.Value.WaitAsync(cancellationToken);
    }

    private async Task<Clip> RenderAsync(Scene scene, Clip clip)
    {
        var folder = $"{clip.Folder}-{Guid.NewGuid():N}";
        try
        {
            if (Directory.Exists(clip.Folder))
            {
                return clip;
            }

            Directory.CreateDirectory(folder);
            await _renderer.RenderAsync(scene, await FilesAsync(scene), folder, _stopping);
            Directory.Move(folder, clip.Folder);
            return clip;
        }
        catch (IOException) when (Directory.Exists(clip.Folder))
        {
            // Another simulator on the same folder was quicker, with the same bytes.
            return clip;
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            _rendering.TryRemove(clip.Key, out _);
        }
    }

    private async Task<SceneFiles> FilesAsync(Scene scene) => new(
        _uploads.PathOf(scene.ReferenceSha256),
        scene.Source is { } source ? (await GetAsync(source, _stopping)).PathOf(ClipVariant.Video) : null,
        [.. scene.Cast.Select(member => _uploads.PathOf(member.ClipSha256))]);
}
