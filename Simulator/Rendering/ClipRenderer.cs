using System.Globalization;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Rendering;

/// <summary>Renders the three files of a scene; the same scene gives the same bytes.</summary>
internal sealed class ClipRenderer(Ffmpeg ffmpeg)
{
    private const int SpritesheetFrames = 8;

    // Fixed threads and no encoder versions or dates: what the bytes depend on besides the scene.
    private static readonly string[] Reproducibly =
    [
        "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
        "-map_metadata", "-1", "-threads", "2",
    ];

    /// <summary>Writes the files into a folder that exists.</summary>
    /// <param name="scene">What is to be seen.</param>
    /// <param name="files">What it is made from.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="cancellationToken">Kills ffmpeg.</param>
    public async Task RenderAsync(Scene scene, SceneFiles files, string folder, CancellationToken cancellationToken)
    {
        var video = ClipVariant.Video.FileName;
        await (scene.Operation switch
        {
            VideoOperation.Extension => ExtendAsync(scene, files.Source!, folder, cancellationToken),
            VideoOperation.Upload => AdoptAsync(scene, files.Reference!, folder, cancellationToken),
            _ => DrawAsync(scene, files, video, folder, cancellationToken),
        });
        await RunAsync(folder, ["-i", video, .. Stills(scene)], cancellationToken);
    }

    private async Task DrawAsync(
        Scene scene, SceneFiles files, string video, string folder, CancellationToken cancellationToken)
    {
        var graph = new SceneGraph(scene, files.Reference is not null);
        foreach (var (name, text) in graph.Texts)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text, cancellationToken);
        }

        var inputs = files.InOrder.SelectMany(path => new[] { "-i", path });
        await RunAsync(folder, [.. inputs, "-filter_complex", graph.Build(), .. Mp4(scene), video], cancellationToken);
        foreach (var (name, _) in graph.Texts)
        {
            File.Delete(Path.Combine(folder, name));
        }
    }

    // All clips are encoded alike, so that a source and a new piece join without another loss.
    private async Task ExtendAsync(Scene scene, string source, string folder, CancellationToken cancellationToken)
    {
        const string last = "last.png", piece = "piece.mp4", list = "pieces.txt";
        await RunAsync(folder, ["-sseof", "-0.5", "-i", source, "-update", "1", last], cancellationToken);
        await DrawAsync(
            scene.NewPiece(), new SceneFiles(Path.Combine(folder, last), null, []), piece, folder, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, list), $"file '{source}'\nfile '{piece}'\n", cancellationToken);
        string[] join =
        [
            "-f", "concat", "-safe", "0", "-i", list, "-c", "copy", "-t", Number(scene.Seconds), "-movflags", "+faststart",
        ];
        await RunAsync(folder, [.. join, .. Reproducibly, ClipVariant.Video.FileName], cancellationToken);
        Array.ForEach([last, piece, list], name => File.Delete(Path.Combine(folder, name)));
    }

    /// <summary>Brings an uploaded video into the form of all others; its sound is left out.</summary>
    private async Task AdoptAsync(Scene scene, string upload, string folder, CancellationToken cancellationToken)
    {
        var graph = $"[0:v]scale={Number(scene.Width)}:{Number(scene.Height)},setsar=1,fps={SceneGraph.FramesPerSecond}," +
            $"tpad=stop_mode=clone:stop_duration=1{SceneGraph.VideoOutput};" +
            $"anullsrc=r=48000:cl=mono,atrim=duration={Number(scene.Seconds)}{SceneGraph.AudioOutput}";
        await RunAsync(
            folder,
            ["-i", upload, "-filter_complex", graph, .. Mp4(scene), ClipVariant.Video.FileName],
            cancellationToken);
    }

    private static string[] Mp4(Scene scene) =>
    [
        "-map", SceneGraph.VideoOutput, "-map", SceneGraph.AudioOutput,
        "-t", Number(scene.Seconds), "-r", Number(SceneGraph.FramesPerSecond),
        "-c:v", "libx264", "-preset", scene.IsDraft ? "ultrafast" : "veryfast", "-crf", "25", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart",
        .. Reproducibly,
    ];

    private static string[] Stills(Scene scene) =>
    [
        "-filter_complex",
        $"[0:v]split[a][b];[a]select='gte(t,{Number(scene.Seconds / 3)})',scale=w=640:h=640:" +
        "force_original_aspect_ratio=decrease:force_divisible_by=2[thumbnail];" +
        $"[b]fps={SpritesheetFrames}/{Number(scene.Seconds)},scale=w=320:h=320:" +
        $"force_original_aspect_ratio=decrease:force_divisible_by=2,tile={SpritesheetFrames / 2}x2[spritesheet]",
        "-map", "[thumbnail]", "-frames:v", "1", "-c:v", "libwebp", .. Reproducibly, ClipVariant.Thumbnail.FileName,
        "-map", "[spritesheet]", "-frames:v", "1", "-q:v", "4", .. Reproducibly, ClipVariant.Spritesheet.FileName,
    ];

    private Task<string> RunAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        string[] quietly = ["-hide_banner", "-v", "error", "-nostdin", "-y", "-filter_complex_threads", "1"];
        return ffmpeg.RunAsync("ffmpeg", folder, [.. quietly, .. arguments], cancellationToken);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The files that a scene is made from.</summary>
/// <param name="Reference">The image that it opens with, or the uploaded video that it is; or null.</param>
/// <param name="Source">The clip that it changes or goes on from, or null.</param>
/// <param name="Cast">A clip of each character.</param>
internal sealed record SceneFiles(string? Reference, string? Source, IReadOnlyList<string> Cast)
{
    /// <summary>As <see cref="SceneGraph"/> numbers them.</summary>
    public IEnumerable<string> InOrder => new[] { Reference, Source }.OfType<string>().Concat(Cast);
}
