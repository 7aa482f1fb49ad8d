using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.References;

/// <summary>A kept file as its row names it, to be sent to the service that submits it.</summary>
internal sealed record KeptFile(string ObjectKey, string ContentType, long Length)
{
    /// <summary>Answers with the bytes; false, with nothing sent, when the store does not have them.</summary>
    public async Task<bool> SendAsync(IObjectStore store, HttpContext context)
    {
        await using var content = await store.OpenAsync(
            Objects.ObjectKey.Parse(ObjectKey), 0, Length, context.RequestAborted);
        if (content is null)
        {
            return false;
        }

        context.Response.ContentType = ContentType;
        context.Response.ContentLength = Length;
        await content.CopyToAsync(context.Response.BodyWriter, context.RequestAborted);
        return true;
    }
}
