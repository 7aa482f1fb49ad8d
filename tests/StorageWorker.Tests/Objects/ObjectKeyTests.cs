using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Tests.Objects;

public sealed class ObjectKeyTests
{
    private static readonly string[] Parts =
    [
        "..", ".", "", "/", "//", "\\", "..\\", "%2e%2e", "..%2f", "%252e%252e%252f", "..;", "~", "\0", "a\0b", "\n", "a\n",
        "\r\n", " ", "a b", "*", "?", ":", "C:", "|", "<", ">", "\"", "'", "`", "$(id)", "${HOME}", "&", ";", "\t", "é",
        "．．", "∕", "‥", "\u202e", "\uff0e", "\ud800", "😀", "../../etc/passwd", "\\\\host\\share", "file:///etc/passwd",
        new('a', 129), new('a', 300), ".hidden", "-rf", "_",
    ];

    private static readonly string[] Surroundings = ["{0}", "a{0}b", "{0}a", "../{0}"];

    [Fact]
    public void Two_hundred_hostile_segments_make_no_key()
    {
        // Some parts are harmless within a name; those make no key that leads out, and are left to the
        // store's own wall.
        var hostile = Parts.SelectMany(part => Surroundings.Select(around => string.Format(null, around, part))).ToList();
        Assert.True(hostile.Count >= 200);
        var root = Path.GetFullPath("/objects");

        foreach (var segment in hostile)
        {
            try
            {
                var key = ObjectKey.Of("clips", segment, "video.mp4");
                var path = Path.GetFullPath(Path.Combine(root, key.Value));
                Assert.Equal($"{root}/clips/{segment}/video.mp4", path);
                Assert.Matches(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z", segment);
            }
            catch (ArgumentException)
            {
                Assert.DoesNotMatch(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,127}\z", segment);
            }
        }
    }

    [Fact]
    public void A_key_is_read_back_from_its_value()
    {
        var key = ObjectKey.Of("clips", "proj_1", "video_2").Child("1").Child("video.mp4");

        Assert.Equal("clips/proj_1/video_2/1/video.mp4", key.Value);
        Assert.Equal(key, ObjectKey.Parse(key.Value));
        Assert.Throws<ArgumentException>(() => ObjectKey.Parse("clips/../../etc/passwd"));
        Assert.Throws<ArgumentException>(() => ObjectKey.Parse("/etc/passwd"));
        Assert.Throws<ArgumentException>(() => ObjectKey.Of());
    }
}
