using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sora.Upstreams.Tests.Servers;

/// <summary>
/// A socket that reads whole requests, counts them, and then does as a test says: answer, cut, hang.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<RawConnection, Task> _answer;
    private readonly Task _accepting;
    private int _requests;

    /// <summary>Starts it. The answer is called once for each request that was read whole.</summary>
    public RawServer(Func<RawConnection, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri BaseUrl => new($"http://127.0.0.1:{Port}/v1");

    /// <summary>Requests that were read whole, over all connections.</summary>
    public int Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        await using var stream = new NetworkStream(socket);
        try
        {
            while (await ReadRequestAsync(stream))
            {
                await _answer(new RawConnection(socket, stream, Interlocked.Increment(ref _requests), _stopping.Token));
            }
        }
        catch (Exception exception)
            when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer or the test is gone: what the test looks at is the client's side.
        }
    }

    private async Task<bool> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
            {
                return false;
            }

            head.Append((char)one[0]);
        }

        var length = head.ToString().Split("\r\n")
            .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line.Split(':')[1]))
            .FirstOrDefault();
        await stream.ReadExactlyAsync(new byte[length], _stopping.Token);
        return true;
    }
}

/// <summary>A connection whose request was read whole.</summary>
/// <param name="Socket">The socket itself.</param>
/// <param name="Stream">Its bytes.</param>
/// <param name="Number">The how manyeth request of the server this is, from 1.</param>
/// <param name="Stopping">Cancelled when the server goes.</param>
internal sealed record RawConnection(Socket Socket, NetworkStream Stream, int Number, CancellationToken Stopping)
{
    public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.ASCII.GetBytes(text), Stopping);

    public Task AnswerAsync(string json) =>
        SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");

    /// <summary>Closes with RST, as a killed process or a firewall does.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Socket.Close();
    }

    /// <summary>Closes with FIN, as an orderly server does.</summary>
    public void Close() => Socket.Close();

    public Task HangAsync() => Task.Delay(Timeout.Infinite, Stopping);
}
