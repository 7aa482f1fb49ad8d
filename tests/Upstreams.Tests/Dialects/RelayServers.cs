using System.Text;
using System.Text.Json;

namespace Sora.Upstreams.Tests.Dialects;

/// <summary>LiteLLM: ids that hold provider and model as base64, the words of who stands behind it.</summary>
internal sealed class LiteLlmServer : DialectServer
{
    public override string Dialect => "litellm";

    protected override async Task<(Job? Job, IResult? Refusal)> ReadAsync(HttpRequest request)
    {
        var plain = $"litellm:custom_llm_provider:gemini;model_id:5f3c;video_id:models/veo/operations/{Hex()}";
        var id = $"video_{Convert.ToBase64String(Encoding.UTF8.GetBytes(plain)).Replace('+', '-').Replace('/', '_')}";
        return (await ReadFormAsync(request, id) with { Status = "processing" }, null);
    }

    protected override IResult Created(Job job) => Results.Json(Shape(job));

    protected override object Shape(Job job) => new
    {
        id = job.Id,
        @object = "video",
        status = job.Status,
        created_at = job.CreatedAt,
        completed_at = (long?)null,
        expires_at = (long?)null,
        error = job.Error,
        progress = job.Progress > 0 ? (int?)job.Progress : null,
        remixed_from_video_id = (string?)null,
        seconds = $"{job.Seconds}",
        size = job.Size,
        model = job.Model,
        usage = new { duration_seconds = (double)job.Seconds },
    };

    protected override IResult Listed(HttpRequest request, IReadOnlyList<Job> jobs) =>
        request.Headers["custom-llm-provider"] == "gemini" || request.Query["custom_llm_provider"] == "gemini"
            ? Results.Json(new { @object = "list", data = jobs.Select(Shape), has_more = false })
            : Results.Json(new { @object = "list", data = Array.Empty<object>(), has_more = false });

    protected override IResult Deleted(Job job) =>
        Results.Json(new { id = job.Id, @object = "video.deleted", deleted = true });

    protected override IResult NotFound(string id) => Results.Json(
        new
        {
            error = new
            {
                message = $"litellm.NotFoundError: {id}",
                type = (string?)null,
                param = (string?)null,
                code = "404",
            },
        },
        statusCode: 404);

    // Until its pull request 32602: the error of the provider as a success, called mp4.
    protected override IResult NotReady(Job job) =>
        Results.Bytes("""{"error":{"message":"Video is not ready yet"}}"""u8.ToArray(), "video/mp4");
}

/// <summary>new-api: one id in two fields, statuses of many providers, an address in the metadata.</summary>
internal sealed class NewApiServer : DialectServer
{
    public override string Dialect => "new-api";

    /// <summary>Where the clip lies when the proxy route fails, or null.</summary>
    public Uri? ResultUrl { get; set; }

    /// <summary>Whether no channel serves the model now.</summary>
    public bool IsWithoutChannel { get; set; }

    protected override async Task<(Job? Job, IResult? Refusal)> ReadAsync(HttpRequest request) => IsWithoutChannel
        ? (null, Results.Json(
            new
            {
                error = new
                {
                    message = "No available channel for model sora-2 under group default (distributor)",
                    type = "new_api_error",
                    param = "",
                    code = "model_not_found",
                },
            },
            statusCode: 503))
        : (await ReadFormAsync(request, $"task_{Hex()}"), null);

    protected override IResult Created(Job job) => Results.Json(Shape(job));

    protected override object Shape(Job job) => new
    {
        id = job.Id,
        task_id = job.Id,
        @object = "video",
        model = job.Model,
        status = job.Status,
        progress = (int)job.Progress,
        created_at = job.CreatedAt,
        seconds = $"{job.Seconds}",
        error = job.Error,
        metadata = ResultUrl is null ? null : new { url = ResultUrl.ToString() },
    };

    protected override IResult Content(Job job) => ResultUrl is null
        ? base.Content(job)
        : Results.Json(new { error = new { message = "Failed to fetch video", type = "server_error" } });

    protected override IResult NotFound(string id) => Results.Json(
        new { error = new { message = "task_not_exist", type = "invalid_request_error", param = "", code = "" } },
        statusCode: 404);

    protected override IResult NotReady(Job job) => Results.Json(
        new { error = new { message = "Task is not completed yet", type = "invalid_request_error" } }, statusCode: 400);
}

/// <summary>Bifrost: JSON, ids with their provider, seconds as a number, wrapped errors.</summary>
internal sealed class BifrostServer : DialectServer
{
    public override string Dialect => "bifrost";

    /// <summary>The address among a finished video's outputs; the content route is 404 then.</summary>
    public string? OutputUrl { get; set; }

    protected override async Task<(Job? Job, IResult? Refusal)> ReadAsync(HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body);
        var json = body.RootElement;
        if (!json.GetProperty("model").GetString()!.Contains('/', StringComparison.Ordinal))
        {
            return (null, Error(400, "invalid_request_error", "model should be in provider/model format"));
        }

        var image = json.TryGetProperty("input_reference", out var reference) ? reference.GetString() : null;
        return (
            new Job(
                $"openai:video_{Hex()}",
                json.GetProperty("model").GetString()!,
                json.GetProperty("prompt").GetString()!,
                json.GetProperty("size").GetString()!,
                json.GetProperty("seconds").GetInt32(),
                image?.Split(';')[0]["data:".Length..]),
            null);
    }

    protected override IResult Created(Job job) => Results.Json(Shape(job));

    protected override object Shape(Job job) => new
    {
        id = job.Id,
        @object = "video",
        model = job.Model.Split('/')[1],
        status = job.Status,
        progress = job.Progress,
        created_at = job.CreatedAt,
        prompt = job.Prompt,
        seconds = job.Seconds,
        size = job.Size,
        error = job.Error,
        videos = new[] { new { type = "url", url = OutputUrl, content_type = "video/mp4" } },
        extra_fields = new { request_type = "video_generation", provider = "openai", latency = 812 },
    };

    protected override IResult Content(Job job) => OutputUrl is null ? base.Content(job) : NotFound(job.Id);

    protected override IResult Deleted(Job job) => Results.Json(
        new { id = job.Id, deleted = true, @object = "video.deleted", extra_fields = new { provider = "openai" } });

    protected override IResult NotFound(string id) => Error(404, "not_found", "video not found");

    protected override IResult NotReady(Job job) => Error(400, "invalid_request_error", "video is not ready");

    private static IResult Error(int status, string type, string message) => Results.Json(
        new
        {
            event_id = Hex(),
            type = "error",
            is_bifrost_error = true,
            status_code = status,
            error = new { type, message },
            extra_fields = new { provider = "openai" },
        },
        statusCode: status);
}
