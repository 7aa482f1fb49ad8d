
namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>What a stub answers.</summary>
internal static class Answers
{
    public static RequestDelegate Bytes(byte[] bytes, string contentType = "video/mp4") => async context =>
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    };

    public static RequestDelegate Chunked(byte[] bytes, string contentType = "video/mp4") => async context =>
    {
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(bytes);
    };

    /// <summary>Announces all of it, sends a part and cuts the connection.</summary>
    public static RequestDelegate Truncated(byte[] bytes, int sent) => async context =>
    {
        context.Response.ContentType = "video/mp4";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, sent));
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Sends one half, and the other once the signal has come.</summary>
    public static RequestDelegate Halting(byte[] bytes, TaskCompletionSource reached, Task goOn) => async context =>
    {
        context.Response.ContentType = "video/mp4";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await context.Response.Body.FlushAsync();
        reached.TrySetResult();
        await goOn.WaitAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(bytes.AsMemory(bytes.Length / 2));
    };

    public static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public static RequestDelegate Json(int status, object body) => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body);
    };
}
