using System.Runtime.CompilerServices;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

public sealed class LifecycleTableTests
{
    /// <summary>
    /// A change of the machine shows as a difference of <c>LifecycleTable.txt</c>, to be read and committed.
    /// </summary>
    [Fact]
    public void The_machine_is_the_one_on_record()
    {
        var record = Path.Combine(Path.GetDirectoryName(ThisFile())!, "LifecycleTable.txt");
        var actual = LifecycleTable.Text();
        if (Environment.GetEnvironmentVariable("SORA_WRITE_GOLDEN") is "1")
        {
            File.WriteAllText(record, actual);
        }

        Assert.Equal(File.ReadAllText(record), actual);
    }

    [Fact]
    public void Every_stage_is_shown_as_one_of_four_words()
    {
        var words = Enum.GetValues<VideoStage>().GroupBy(stage => stage.PublicStatus())
            .ToDictionary(group => group.Key, group => string.Join(' ', group.Select(stage => stage.Name())));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["queued"] = "holding awaiting_approval accepted submitting indeterminate submitted",
                ["in_progress"] = "rendering saving cancelling",
                ["completed"] = "ready",
                ["failed"] = "failed rejected cancelled expired",
            },
            words);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
