using System.Net;
using System.Net.Sockets;

namespace Sora.TestServers.Processes;

/// <summary>TCP ports on loopback that nobody listens on.</summary>
public static class FreePort
{
    // Below the range that Linux takes for outgoing connections: a server that restarts finds its port still free.
    private const int First = 15000;
    private const int Last = 32000;

    /// <summary>A port picked at random, so that processes starting beside each other do not meet on one.</summary>
    /// <exception cref="InvalidOperationException">A hundred attempts found none.</exception>
    public static int Next()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No free port between {First} and {Last}.");
    }

    /// <summary>Whether somebody listens on the port.</summary>
    internal static async Task<bool> IsListeningAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
