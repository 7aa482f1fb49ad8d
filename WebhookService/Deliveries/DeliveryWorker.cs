using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Database;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// Sends what is due, in two lanes. Woken by PostgreSQL when events are saved, and by itself from time to time: a lost
/// wake-up only costs a moment, and retries come due unheard. Several workers share the table.
/// </summary>
internal sealed partial class DeliveryWorker : BackgroundService
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ListenPatience = TimeSpan.FromMinutes(1);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _clock;
    private readonly ILogger<DeliveryWorker> _logger;
    private readonly DeliveryLane[] _lanes;

    public DeliveryWorker(
        DeliveryClaims claims,
        DeliverEvent deliver,
        NpgsqlDataSource source,
        IOptions<DeliveryOptions> options,
        TimeProvider clock,
        ILoggerFactory loggers)
    {
        _source = source;
        _clock = clock;
        _logger = loggers.CreateLogger<DeliveryWorker>();
        _lanes =
        [
            Lane(isSlow: false, options.Value.Senders),
            Lane(isSlow: true, options.Value.SlowSenders),
        ];

        DeliveryLane Lane(bool isSlow, int senders) =>
            new(isSlow, senders, claims, deliver, options, clock, loggers.CreateLogger<DeliveryLane>());
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_lanes.Select(lane => lane.DrainAsync(cancellationToken)));
    }

    public override void Dispose()
    {
        Array.ForEach(_lanes, lane => lane.Dispose());
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        _lanes.Select(lane => lane.RunAsync(stoppingToken)).Append(ListenAsync(stoppingToken)));

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var listener = await Listener.OpenAsync(_source, DeliveryClaims.Channel, stoppingToken);
                while (true)
                {
                    await listener.WaitAsync(ListenPatience, stoppingToken);
                    Array.ForEach(_lanes, lane => lane.Wake());
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException exception)
            {
                Log.Deaf(_logger, exception);
                await Task.Delay(PauseAfterFault, _clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning, Message = "Nothing wakes the deliveries' senders for now; they look by themselves")]
        public static partial void Deaf(ILogger logger, Exception exception);
    }
}
