using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Sora.Gateway.Reference;

/// <summary>The OpenAPI document as this build was made with, named by its hash.</summary>
internal sealed class ReferenceDocument
{
    private const string Resource = "openapi.json";

    private readonly byte[] _bytes;
    private readonly EntityTagHeaderValue _tag;

    public ReferenceDocument()
    {
        using var resource = typeof(ReferenceDocument).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded.");
        using var memory = new MemoryStream();
        resource.CopyTo(memory);
        _bytes = memory.ToArray();
        _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(_bytes))}\"");
    }

    /// <summary>200, or 304 to who has it; kept by caches for five minutes, the time an update may take to be seen.</summary>
    public IResult Answer(HttpResponse response)
    {
        response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Bytes(_bytes, "application/json", entityTag: _tag);
    }
}
