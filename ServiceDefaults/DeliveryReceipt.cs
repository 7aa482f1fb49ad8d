namespace Sora.ServiceDefaults;

/// <summary>
/// How a service learns whether its answer has reached the client: it names the created resource in this header, and the
/// gateway, which takes the header away, calls <c>POST /internal/creates/{value}/delivered</c> once the answer is out.
/// </summary>
public static class DeliveryReceipt
{
    /// <summary>An answer's header; its value is the id of what the request has made.</summary>
    public const string Header = "x-sora-delivery-receipt";
}
