using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Sora.StorageWorker.Clips;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class ContentRangeTests(StorageSystem system)
{
    private static readonly EntityTagHeaderValue Tag = new("\"tag\"");

    [Fact]
    public async Task Ranges_that_follow_each_other_make_up_the_file()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();
        var cuts = Gen.Choose(1, Media.Mp4.Length - 1).ListOf(8).Sample(25);

        foreach (var some in cuts)
        {
            var bytes = new List<byte>();
            int[] bounds = [0, .. some.Distinct().Order(), Media.Mp4.Length];
            foreach (var (from, to) in bounds.Zip(bounds.Skip(1)))
            {
                using var part = await clip.GetContentAsync("", ("Range", $"bytes={from}-{to - 1}"));
                bytes.AddRange(await part.Content.ReadAsByteArrayAsync());
            }

            Assert.True(Media.Mp4.AsSpan().SequenceEqual(bytes.ToArray()), $"cut at {string.Join(", ", some)}");
        }
    }

    [Fact]
    public void Whatever_is_asked_the_answer_lies_within_the_file()
    {
        var number = Gen.OneOf(
            Gen.Choose(-5, 2000).Select(value => $"{value}"), Gen.Elements("", "9999999999999999999"));
        var range =
            from unit in Gen.Elements("bytes", "BYTES", "b", "")
            from first in number
            from last in number
            from rest in Gen.Elements("", ",0-", "x")
            from length in Gen.Choose(1, 1000)
            select (Text: $"{unit}={first}-{last}{rest}", Length: length);

        Check.QuickThrowOnFailure(Prop.ForAll(
            range.ToArbitrary(),
            asked => Resolve(asked.Text, asked.Length) is not { } answer
                || (answer.Offset >= 0 && answer.Length >= 1 && answer.Offset + answer.Length <= asked.Length)));
    }

    private static ContentRange? Resolve(string range, long length)
    {
        var headers = new HeaderDictionary { [HeaderNames.Range] = range };
        return ContentRange.Resolve(new RequestHeaders(headers), length, Tag, DateTimeOffset.UnixEpoch);
    }
}
