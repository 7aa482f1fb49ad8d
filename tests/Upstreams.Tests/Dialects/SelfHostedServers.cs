using System.Globalization;

namespace Sora.Upstreams.Tests.Dialects;

/// <summary>vLLM-Omni: forms only, FastAPI's <c>detail</c>, an error code that may be a number.</summary>
internal sealed class VllmOmniServer : DialectServer
{
    public override string Dialect => "vllm-omni";

    protected override async Task<(Job? Job, IResult? Refusal)> ReadAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
        {
            return (null, Results.Json(
                new { detail = new[] { new { type = "missing", loc = new[] { "body", "prompt" }, msg = "Field required" } } },
                statusCode: 422));
        }

        var job = await ReadFormAsync(request, $"video_gen_{Hex()}");
        return job.Model == "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
            ? (job, null)
            : (null, Results.Json(new { detail = "Model mismatch: request specifies another one." }, statusCode: 400));
    }

    protected override IResult Created(Job job) => Results.Json(Shape(job), statusCode: 201);

    protected override object Shape(Job job) => new
    {
        model = job.Model,
        prompt = job.Prompt,
        id = job.Id,
        @object = "video",
        status = job.Status,
        size = job.Size,
        progress = (int)job.Progress,
        seconds = $"{job.Seconds}",
        quality = "default",
        completed_at = (long?)null,
        created_at = job.CreatedAt,
        remixed_from_video_id = (string?)null,
        error = job.Error,
        media_type = "video/mp4",
        expires_at = (long?)null,
        file_name = $"{job.Id}.mp4",
        inference_time_s = 12.5,
        stage_durations = new { denoise = 11.2 },
        peak_memory_mb = 20480.0,
    };

    protected override IResult Listed(HttpRequest request, IReadOnlyList<Job> jobs) => Results.Json(new
    {
        first_id = jobs.Count > 0 ? jobs[0].Id : null,
        last_id = jobs.Count > 0 ? jobs[^1].Id : null,
        has_more = false,
        data = jobs.Select(Shape),
        @object = "list",
    });

    protected override IResult Deleted(Job job) =>
        Results.Json(new { id = job.Id, deleted = true, @object = "video.deleted" });

    protected override IResult NotFound(string id) => Results.Json(new { detail = "Video not found" }, statusCode: 404);

    protected override IResult NotReady(Job job) => NotFound(job.Id);
}

/// <summary>SGLang diffusion: no prompt in its answers, errors without a code, a delete answered with the video.</summary>
internal sealed class SGLangServer : DialectServer
{
    public override string Dialect => "sglang";

    protected override async Task<(Job? Job, IResult? Refusal)> ReadAsync(HttpRequest request) =>
        (await ReadFormAsync(request, Hex()), null);

    protected override IResult Created(Job job) => Results.Json(Shape(job));

    protected override object Shape(Job job) => Shape(job, job.Status);

    protected override IResult Listed(HttpRequest request, IReadOnlyList<Job> jobs) =>
        Results.Json(new { data = jobs.Select(Shape), @object = "list" });

    protected override IResult Deleted(Job job) => Results.Json(Shape(job, "deleted"));

    protected override IResult NotFound(string id) => Results.Json(new { detail = "Video not found" }, statusCode: 404);

    protected override IResult NotReady(Job job) =>
        Results.Json(new { detail = "Generation is still in-progress" }, statusCode: 404);

    private static object Shape(Job job, string status) => new
    {
        id = job.Id,
        @object = "video",
        model = "sora-2",
        status,
        progress = (int)job.Progress,
        created_at = job.CreatedAt,
        size = job.Size,
        seconds = $"{job.Seconds}",
        quality = "standard",
        url = (string?)null,
        error = job.Error,
        file_path = $"/outputs/{job.Id}.mp4",
        num_outputs = 1,
        peak_memory_mb = 20480.0,
        inference_time_s = 12.5,
    };
}

/// <summary>TensorRT-LLM: 202, <c>duration</c>, an error that is text, AVI unless mp4 is asked for.</summary>
internal sealed class TensorRtLlmServer : DialectServer
{
    public override string Dialect => "trtllm";

    protected override async Task<(Job? Job, IResult? Refusal)> ReadAsync(HttpRequest request) =>
        (await ReadFormAsync(request, $"video_{Hex()}"), null);

    protected override IResult Created(Job job) => Results.Json(Shape(job), statusCode: 202);

    protected override object Shape(Job job) => new
    {
        completed_at = (long?)null,
        created_at = job.CreatedAt,
        error = job.Error,
        expires_at = (long?)null,
        id = job.Id,
        model = job.Model,
        @object = "video",
        progress = (int)job.Progress,
        prompt = job.Prompt,
        status = job.Status,
        duration = (object)job.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
        fps = 24,
        size = job.Size,
        output_path = $"/tmp/{job.Id}.mp4",
    };

    protected override IResult Listed(HttpRequest request, IReadOnlyList<Job> jobs) =>
        Results.Json(new { data = jobs.Select(Shape), @object = "list" });

    protected override IResult Deleted(Job job) => Results.Json(new { deleted = true });

    protected override IResult Content(Job job) => job switch
    {
        { Status: not "completed" } => NotReady(job),
        _ when job.Extra.GetValueOrDefault("output_format") == "mp4" => Results.Bytes(Mp4, "video/mp4"),
        _ => Results.Bytes([.. "RIFF"u8, 0, 0, 0, 0, .. "AVI LIST"u8], "video/x-msvideo"),
    };

    protected override IResult NotFound(string id) => Error(404, "NotFoundError", $"Video with ID {id} not found");

    protected override IResult NotReady(Job job) =>
        Error(400, "BadRequestError", $"Video generation is not completed. Current status: {job.Status}");

    private static IResult Error(int status, string type, string message) =>
        Results.Json(new { @object = "error", message, type, param = (string?)null, code = status }, statusCode: status);
}
