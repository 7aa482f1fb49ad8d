using Swashbuckle.AspNetCore.SwaggerUI;

namespace Sora.Gateway.Reference;

/// <summary>
/// The API's description, open to all: the OpenAPI 3.1 document at <c>/openapi/v1.json</c> and a page at <c>/docs</c> to read
/// it and try it. The document is a file of this assembly that tests hold against the services' routes, so that serving it
/// depends on no service.
/// </summary>
internal static class ReferenceModule
{
    private const string DocumentPath = "/openapi/v1.json";
    private const string PagePath = "docs";

    // The page's scripts and styles are files of the package, but for one style sheet, that of the logo, which a script
    // writes; its icons are data URLs in them.
    private const string LogoStyle = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

    private const string PagePolicy =
        $"default-src 'none'; script-src 'self'; style-src 'self' {LogoStyle}; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Serves the page; before the routes, none of which it is.</summary>
    public static void UseReferencePage(this WebApplication app)
    {
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments($"/{PagePath}"),
            page => page.Use((context, next) =>
            {
                AddPolicy(context.Response.Headers);
                return next(context);
            }));
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = PagePath;
            options.DocumentTitle = "Sora API";
            options.SwaggerEndpoint(DocumentPath, "v1");
            options.DefaultModelsExpandDepth(0);
            options.DocExpansion(DocExpansion.List);
        });
    }

    /// <summary>Maps the document.</summary>
    public static void MapReference(this WebApplication app)
    {
        var document = new ReferenceDocument();
        app.MapGet(DocumentPath, document.Answer)
            .WithName("getOpenApiDocument")
            .WithSummary("Retrieve this API's OpenAPI document")
            .ExcludeFromDescription()
            .AllowAnonymous();
    }

    private static void AddPolicy(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
