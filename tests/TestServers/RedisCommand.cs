using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sora.TestServers;

/// <summary>The few Redis commands needed here, by its inline protocol: a line out, a line back.</summary>
internal static class RedisCommand
{
    /// <summary>Sends commands over one connection.</summary>
    /// <returns>The last one's answer, for example <c>+OK</c> or <c>:3</c>.</returns>
    public static async Task<string> SendAsync(
        string server, string[] commands, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        var address = server.Split(',')[0].Split(':');
        await client.ConnectAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture), cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        var answer = "";
        foreach (var command in commands)
        {
            var line = Encoding.ASCII.GetBytes(command + "\r\n");
            await client.GetStream().WriteAsync(line, cancellationToken);
            answer = await reader.ReadLineAsync(cancellationToken) ?? "";
        }

        return answer;
    }
}
