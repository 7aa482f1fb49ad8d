using Yarp.ReverseProxy.Transforms;

namespace Sora.Gateway.Forwarding;

/// <summary>
/// Takes the token of a link out of the path, which logs and traces keep, and hands it to the service in a header.
/// </summary>
internal sealed class ShareLinks : RequestTransform
{
    /// <summary>The route of links.</summary>
    public const string Path = "/s/{token}";

    /// <summary>Where the service answers it.</summary>
    public const string ServicePath = "/s";

    private const string Header = "x-share-token";

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        context.Path = ServicePath;
        AddHeader(context, Header, $"{context.HttpContext.Request.RouteValues["token"]}");
        return ValueTask.CompletedTask;
    }
}
