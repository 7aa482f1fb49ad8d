using System.Text.Json;
using Dapper;
using Sora.Contracts;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Holds;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.QuotaService.Tests.Drivers;

/// <summary>A user in a project of an organisation that nobody else uses, and what can happen to its videos.</summary>
internal sealed class Tenant(QuotaSystem system)
{
    private static readonly JsonSerializerOptions Json = MakeJson();

    public string Organization { get; init; } = NewId("org");

    public string Project { get; init; } = NewId("proj");

    public string User { get; init; } = NewId("user");

    public Caller Caller => new(User, Organization, Project, "member", ["*"], null, 7);

    public static string NewId(string prefix) => $"{prefix}_{Guid.NewGuid():n}";

    /// <summary>Somebody else in the same organisation.</summary>
    public Tenant Colleague(bool sameProject = true, bool sameUser = false) => new(system)
    {
        Organization = Organization,
        Project = sameProject ? Project : NewId("proj"),
        User = sameUser ? User : NewId("user"),
    };

    /// <summary>Sends a request on behalf of the user, by default as another service does.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, string issuer = "video-service")
    {
        var tokens = system.Make<InternalTokens>(new ServiceName(issuer), TimeProvider.System);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add(InternalTokens.Header, tokens.Mint("quota-service", Caller));
        return await system.Service.CreateClient().SendAsync(request);
    }

    public Task<HttpResponseMessage> PutHoldAsync(string videoId, object body) =>
        SendAsync(HttpMethod.Put, $"/internal/holds/{videoId}", JsonContent.Create(body, options: Json));

    /// <summary>Asks for a hold by its route: $0.80 unless told otherwise.</summary>
    public async Task<HoldAnswer> HoldAsync(
        string videoId, string model = "sora-2", string size = "1280x720", int seconds = 8)
    {
        using var answer = await PutHoldAsync(
            videoId, new { CommandId = NewId("cmd"), Kind = "create", Model = model, Size = size, Seconds = seconds });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<HoldAnswer>(Json))!;
    }

    /// <summary>A hold of a model that costs us half of its price: $1.20, and $0.60 upstream.</summary>
    public Task<HoldAnswer> HoldProAsync(string videoId) => HoldAsync(videoId, "sora-2-pro", seconds: 4);

    public Order Order(string videoId, string model = "sora-2", int seconds = 8) =>
        new(videoId, "create", model, "1280x720", seconds, Caller);

    public Task<Resolution> SettleAsync(string videoId) => DoAsync(work => system.Make<SettleHold>().SettleAsync(
        work, Completed(videoId), CancellationToken.None));

    public Task<Resolution> ReleaseAsync(
        string videoId, string charge = UpstreamCharge.None, bool? customerPays = null) =>
        DoAsync(work => system.Make<ReleaseHold>().ReleaseAsync(
            work, Failed(videoId, charge, customerPays), CancellationToken.None));

    /// <summary>It was cancelled, and the upstream bills what was begun.</summary>
    public Task<Resolution> CancelBilledAsync(string videoId) => ReleaseAsync(videoId, UpstreamCharge.Charged, true);

    public Task RenderLateAsync(string videoId) => DoAsync(async work =>
    {
        await system.Make<BookLoss>().BookAsync(work, RenderedLate(videoId), CancellationToken.None);
        return true;
    });

    public VideoCompleted Completed(string videoId) => new(
        videoId, Organization, Project, User, "simulator", "up_1", system.Clock.GetUtcNow(), system.Clock.GetUtcNow());

    public VideoFailed Failed(string videoId, string charge, bool? customerPays = null) => new(
        videoId,
        Organization,
        Project,
        User,
        "simulator",
        null,
        "failed",
        "It failed.",
        charge,
        system.Clock.GetUtcNow(),
        customerPays);

    public VideoRenderedLate RenderedLate(string videoId) => new(
        videoId, Organization, Project, "simulator", "up_1", system.Clock.GetUtcNow());

    /// <summary>Sets a budget as an administrator would, for this and every later month.</summary>
    public async Task SetBudgetAsync(string level, long monthlyLimitMicroUsd, int? maxInFlight = null)
    {
        await using var connection = await system.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            insert into budgets (organization, level, owner, monthly_limit_micro_usd, max_in_flight, month)
            values (@Organization, @level, @Owner, @monthlyLimitMicroUsd, @maxInFlight, '2025-01-01')
            on conflict (organization, level, owner) do update
            set monthly_limit_micro_usd = @monthlyLimitMicroUsd, max_in_flight = @maxInFlight
            """,
            new { Organization, level, Owner = Owner(level), monthlyLimitMicroUsd, maxInFlight });
    }

    public async Task<(long Held, long Spent, int InFlight)> BudgetAsync(string level)
    {
        await using var connection = await system.Database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<(long, long, int)>(
            """
            select held_micro_usd, spent_micro_usd, in_flight from budgets
            where organization = @Organization and level = @level and owner = @Owner
            """,
            new { Organization, level, Owner = Owner(level) });
    }

    /// <summary>What lies in an account of the organisation, in micro-dollars; of one video where named.</summary>
    public async Task<long> AccountAsync(string account, string? videoId = null)
    {
        await using var connection = await system.Database.OpenConnectionAsync();
        return await connection.QuerySingleAsync<long>(
            """
            select coalesce(sum(amount_micro_usd), 0)::bigint from entries
            where organization = @Organization and account = @account and video_id = coalesce(@videoId, video_id)
            """,
            new { Organization, account, videoId });
    }

    private string Owner(string level) => level switch
    {
        BudgetLevel.Organization => Organization,
        BudgetLevel.Project => Project,
        _ => User,
    };

    private async Task<T> DoAsync<T>(Func<UnitOfWork, Task<T>> effect)
    {
        await using var work = await system.Get<ServiceDatabase>().BeginAsync(CancellationToken.None);
        var result = await effect(work);
        await work.CommitAsync(CancellationToken.None);
        return result;
    }

    private static JsonSerializerOptions MakeJson()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Extensions.ConfigureJson(options);
        return options;
    }
}
