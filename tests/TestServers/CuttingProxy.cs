using System.Net;
using System.Net.Sockets;

namespace Sora.TestServers;

/// <summary>
/// A hop between a client and a server, or a gateway and a service, that hands every byte on but swallows the answer to every
/// so-manieth create: its connection ends instead. By then the server has committed what it answers.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _target;
    private readonly int _every;
    private readonly Task _accepting;
    private int _creates;
    private int _cuts;

    /// <param name="target">The server behind it.</param>
    /// <param name="every">Every so-manieth answer to a create is cut.</param>
    public CuttingProxy(Uri target, int every)
    {
        (_target, _every) = (target, every);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find it.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>How many answers were swallowed.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(_target.Host, _target.Port);
                var isToBeCut = false;
                var requests = CopyAsync(client, server, bytes =>
                {
                    if (bytes.Span.StartsWith("POST /v1/videos HTTP/1.1"u8))
                    {
                        Volatile.Write(ref isToBeCut, Interlocked.Increment(ref _creates) % _every == 0);
                    }

                    return true;
                });
                var answers = CopyAsync(server, client, _ => !Volatile.Read(ref isToBeCut));
                await Task.WhenAny(requests, answers);
                if (Volatile.Read(ref isToBeCut) && answers.IsCompleted)
                {
                    Interlocked.Increment(ref _cuts);
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // Either side left: so does the other.
            }
        }
    }

    /// <summary>Until one side ends, or a piece must not go on.</summary>
    private static async Task CopyAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> mayPass)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count && mayPass(buffer.AsMemory(0, count)))
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }
}
