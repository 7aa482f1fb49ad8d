namespace Sora.ServiceDefaults.Tests;

public sealed class IdsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(0x6ab0c0de);

    [Fact]
    public void An_id_is_its_prefix_the_time_and_forty_random_digits() =>
        Assert.Matches("^video_6ab0c0de[0-9a-f]{40}$", Ids.New("video", Now));

    [Fact]
    public void Ids_of_the_same_second_differ() =>
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => Ids.New("video", Now)).Distinct().Count());

    [Fact]
    public void Ids_sort_by_the_second_they_were_made_in() =>
        Assert.True(string.CompareOrdinal(Ids.New("video", Now), Ids.New("video", Now.AddSeconds(1))) < 0);
}
