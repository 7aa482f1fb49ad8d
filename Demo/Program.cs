using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI.Videos;
using Sora.Demo;

if (DemoArguments.Parse(args) is not { } asked)
{
    Console.Error.WriteLine(DemoArguments.Usage);
    return 64;
}

var videos = new VideoClient(
    new ApiKeyCredential(Environment.GetEnvironmentVariable("OPENAI_API_KEY") ?? "missing"),
    new VideoClientOptions
    {
        Endpoint = new Uri(Environment.GetEnvironmentVariable("OPENAI_BASE_URL") ?? "http://127.0.0.1:8080/v1"),
    });

try
{
    var answer = await videos.CreateVideoAsync(BinaryContent.Create(asked.ToJson()), "application/json");
    var video = Video.Read(answer);
    var bar = new ProgressBar();
    while (!video.HasEnded)
    {
        bar.Show(video.Progress, video.Stage);
        await Task.Delay(PollDelay(answer));
        answer = await videos.GetVideoAsync(video.Id);
        video = Video.Read(answer);
    }

    bar.End(video.Progress, video.Stage);
    if (video.Error is { } error)
    {
        Console.Error.WriteLine($"{video.Id}: {error.Message} ({error.Code})");
        return 1;
    }

    // Unbuffered: the clip goes from the wire to the file.
    var content = await videos.DownloadVideoAsync(video.Id, null, new RequestOptions { BufferResponse = false });
    await using var source = content.GetRawResponse().ContentStream!;
    await using var target = File.Create(asked.File);
    await source.CopyToAsync(target);
    Console.WriteLine($"{asked.File}: {video.Id}, {video.Size}, {video.Seconds} s, {target.Length:N0} bytes{video.Cost}");
    return 0;
}
catch (ClientResultException refusal)
{
    Console.Error.WriteLine(refusal.Message);
    return 1;
}

// The server knows best when to ask again.
static TimeSpan PollDelay(ClientResult answer) =>
    answer.GetRawResponse().Headers.TryGetValue("openai-poll-after-ms", out var text)
        && int.TryParse(text, out var milliseconds)
        ? TimeSpan.FromMilliseconds(milliseconds)
        : TimeSpan.FromSeconds(1);
