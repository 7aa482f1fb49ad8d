using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Sora.Simulator.Videos;

/// <summary>All videos, in memory and as one JSON file each, so that a restart loses none.</summary>
internal sealed class VideoStore
{
    private readonly ConcurrentDictionary<string, Video> _videos = new();
    private readonly string _folder;
    private long _sequence;

    public VideoStore(IOptions<SimulatorOptions> options)
    {
        _folder = Path.Combine(options.Value.DataFolder, "videos");
        Directory.CreateDirectory(_folder);
        foreach (var path in Directory.EnumerateFiles(_folder, "video_*.json"))
        {
            var video = JsonSerializer.Deserialize<Video>(File.ReadAllBytes(path), SimulatorJson.Options)!;
            _videos[video.Id] = video;
            _sequence = Math.Max(_sequence, video.Sequence);
        }
    }

    public IEnumerable<Video> All => _videos.Values;

    public long NextSequence() => Interlocked.Increment(ref _sequence);

    public bool TryFind(string id, [NotNullWhen(true)] out Video? video) => _videos.TryGetValue(id, out video);

    public async Task AddAsync(Video video, CancellationToken cancellationToken)
    {
        await WriteAsync(video, cancellationToken);
        _videos[video.Id] = video;
    }

    /// <summary>False when the video was deleted meanwhile.</summary>
    public async Task<bool> ReplaceAsync(Video old, Video changed, CancellationToken cancellationToken)
    {
        if (!_videos.TryUpdate(old.Id, changed, old))
        {
            return false;
        }

        await WriteAsync(changed, cancellationToken);
        if (!_videos.ContainsKey(changed.Id))
        {
            File.Delete(PathOf(changed.Id));
        }

        return true;
    }

    public bool Remove(string id)
    {
        var removed = _videos.TryRemove(id, out _);
        if (removed)
        {
            File.Delete(PathOf(id));
        }

        return removed;
    }

    // Renamed into place, so that a killed process leaves the old file or the new one.
    private async Task WriteAsync(Video video, CancellationToken cancellationToken)
    {
        var path = PathOf(video.Id);
        var json = JsonSerializer.SerializeToUtf8Bytes(video, SimulatorJson.Options);
        await File.WriteAllBytesAsync($"{path}.new", json, cancellationToken);
        File.Move($"{path}.new", path, overwrite: true);
    }

    private string PathOf(string id) => Path.Combine(_folder, $"{id}.json");
}
