namespace Sora.VideoService.Tests.Drivers;

/// <summary>What may happen to a submission.</summary>
internal static class SubmitPlans
{
    /// <summary>Taken and said so, with any of the codes that upstreams use for it.</summary>
    public static SubmitPlan Accept(int status = 200) =>
        (_, accept) => Task.FromResult(Results.Json(accept().Json, statusCode: status));

    /// <summary>Taken, and the answer is lost.</summary>
    public static SubmitPlan Lose => (context, accept) =>
    {
        accept();
        context.Abort();
        return Task.FromResult(Results.Empty);
    };

    /// <summary>Not taken, and the answer is lost.</summary>
    public static SubmitPlan Vanish => (context, _) =>
    {
        context.Abort();
        return Task.FromResult(Results.Empty);
    };

    /// <summary>Turned away for half a minute.</summary>
    public static SubmitPlan TooBusy => (context, _) =>
    {
        context.Response.Headers.RetryAfter = "30";
        return Answer(429, "rate_limit_exceeded", "Slow down.");
    };

    /// <summary>Refused for good.</summary>
    public static SubmitPlan Refuse => (_, _) => Answer(400, "moderation_blocked", "Not this.");

    /// <summary>Taken only when the test lets it; the plan is told when it has arrived.</summary>
    public static SubmitPlan Hold(TaskCompletionSource arrived, Task released) => async (_, accept) =>
    {
        arrived.TrySetResult();
        await released;
        return Results.Ok(accept().Json);
    };

    /// <summary>Answered with the id of a video that it gave out before.</summary>
    public static SubmitPlan AnswerWith(object json) => (_, accept) =>
    {
        accept();
        return Task.FromResult(Results.Ok(json));
    };

    private static Task<IResult> Answer(int status, string code, string message) => Task.FromResult(Results.Json(
        new { error = new { message, type = "invalid_request_error", param = (string?)null, code } }, statusCode: status));
}
