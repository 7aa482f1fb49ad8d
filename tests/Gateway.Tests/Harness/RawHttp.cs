using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Sora.Gateway.Tests.Harness;

/// <summary>Requests byte by byte, in forms that no HTTP client would send.</summary>
internal static class RawHttp
{
    /// <summary>
    /// Sends text as it is and reads until the other side ends the connection, in whichever way.
    /// </summary>
    public static async Task<string> ExchangeAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        var (answer, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Reset instead of closed: what came before counts.
        }

        return answer.ToString();
    }

    /// <summary>The status of an answer.</summary>
    public static int Status(string answer) =>
        int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), System.Globalization.CultureInfo.InvariantCulture);
}
