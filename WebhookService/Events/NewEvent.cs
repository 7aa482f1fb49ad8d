using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.WebhookService.Deliveries;

namespace Sora.WebhookService.Events;

/// <summary>
/// Something that a project's endpoints are told of. It is thin, as OpenAI's events are: a receiver that wants to know
/// more asks for the thing by its id.
/// </summary>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Organization">Whose it is.</param>
/// <param name="Project">Whose endpoints hear it.</param>
/// <param name="SubjectId">The id of what it happened to.</param>
/// <param name="At">When it happened.</param>
internal sealed record NewEvent(string Type, string Organization, string Project, string SubjectId, DateTimeOffset At)
{
    // A disabled endpoint's deliveries are held: its owner can have them sent when it works again. It is not told of its
    // own end. The rows are locked against a delete, not against each other.
    private const string FindSubscribers =
        """
        select id, disabled_at from webhook_endpoints
        where project = @Project and organization = @Organization and @Type = any(event_types) and id <> @SubjectId
        order by id for key share
        """;

    private const string Insert =
        """
        with news as (
            insert into webhook_events (id, organization, project, type, subject, body, created_at, traceparent)
            values (@EventId, @Organization, @Project, @Type, @SubjectId, @Body, @Now, @Traceparent)
            on conflict (type, subject) where type like 'video.%' do nothing
            returning id)
        insert into webhook_deliveries (id, event_id, endpoint_id, project, status, created_at, next_attempt_at)
        select delivery.id, news.id, endpoint_id, @Project, status, @Now, case when status = 'pending' then @Now end
        from news, unnest(@Ids, @EndpointIds, @Statuses) as delivery (id, endpoint_id, status);
        """;

    /// <summary>The body as it is signed and sent.</summary>
    public string Body(string eventId) => JsonSerializer.Serialize(
        new Envelope(eventId, "event", At.ToUnixTimeSeconds(), Type, new Subject(SubjectId)));

    /// <summary>
    /// Saves the event and a delivery for each endpoint that wants it, and wakes the senders with the commit. Nothing is
    /// saved when nobody wants it, or when it is of a video and was saved before.
    /// </summary>
    public async Task SaveAsync(UnitOfWork work, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var subscribers = await work.QueryAsync<Subscriber>(FindSubscribers, this, cancellationToken);
        if (subscribers.Count == 0)
        {
            return;
        }

        var eventId = Ids.New("evt", now);
        await work.ExecuteAsync(
            Insert,
            new
            {
                EventId = eventId,
                Organization,
                Project,
                Type,
                SubjectId,
                Body = Body(eventId),
                Now = now,
                Traceparent = Activity.Current?.Id,
                Ids = subscribers.Select(_ => Ids.New("wh", now)).ToArray(),
                EndpointIds = subscribers.Select(subscriber => subscriber.Id).ToArray(),
                Statuses = subscribers.Select(Status).ToArray(),
            },
            cancellationToken);
        await work.ExecuteAsync(DeliveryClaims.Wake, null, cancellationToken);
    }

    private static string Status(Subscriber subscriber) =>
        subscriber.DisabledAt is null ? DeliveryStatus.Pending : DeliveryStatus.Held;

    private sealed record Subscriber
    {
        public required string Id { get; init; }

        public DateTimeOffset? DisabledAt { get; init; }
    }

    // In OpenAI's order, without spaces.
    private sealed record Envelope(
        [property: JsonPropertyName("id")] string Id,
        [property: JsonPropertyName("object")] string Kind,
        [property: JsonPropertyName("created_at")] long CreatedAt,
        [property: JsonPropertyName("type")] string Type,
        [property: JsonPropertyName("data")] Subject Data);

    private sealed record Subject([property: JsonPropertyName("id")] string Id);
}
