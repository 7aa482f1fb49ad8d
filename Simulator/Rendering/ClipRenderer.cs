using System.Globalization;

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
    /// <param name="referencePath">The image that the scene opens with, or null.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="cancellationToken">Kills ffmpeg.</param>
    public async Task RenderAsync(
        Scene scene,
        string? referencePath,
        string folder,
        CancellationToken cancellationToken)
    {
        var graph = new SceneGraph(scene, referencePath is not null);
        await File.WriteAllTextAsync(Path.Combine(folder, SceneGraph.CaptionFile), graph.Caption, cancellationToken);
        string[] reference = referencePath is null ? [] : ["-i", referencePath];
        await RunAsync(folder, [.. reference, "-filter_complex", graph.Build(), .. Mp4(scene)], cancellationToken);
        await RunAsync(folder, ["-i", ClipVariant.Video.FileName, .. Stills(scene)], cancellationToken);
        File.Delete(Path.Combine(folder, SceneGraph.CaptionFile));
    }

    private static string[] Mp4(Scene scene) =>
    [
        "-map", SceneGraph.VideoOutput, "-map", SceneGraph.AudioOutput,
        "-t", Number(scene.Seconds), "-r", Number(SceneGraph.FramesPerSecond),
        "-c:v", "libx264", "-preset", scene.IsDraft ? "ultrafast" : "veryfast", "-crf", "25", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart",
        .. Reproducibly,
        ClipVariant.Video.FileName,
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
