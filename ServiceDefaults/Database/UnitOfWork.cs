using System.Diagnostics;
using Dapper;
using Npgsql;
using Sora.ServiceDefaults.Messaging;

namespace Sora.ServiceDefaults.Database;

/// <summary>
/// One transaction and the messages that leave with it: begin; write the rows; publish; commit. Disposed without a commit,
/// it leaves nothing.
/// </summary>
public sealed class UnitOfWork(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    private readonly List<OutboxMessage> _messages = [];

    /// <summary>For batches and COPY, which Dapper does not offer.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>Rows affected by a statement.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(sql, parameters, cancellationToken));

    /// <summary>All rows of a query.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql, object? parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(Command(sql, parameters, cancellationToken))).AsList();

    /// <summary>The only row of a query, or default when there is none.</summary>
    public Task<T?> QuerySingleOrDefaultAsync<T>(
        string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<T>(Command(sql, parameters, cancellationToken));

    /// <summary>
    /// Hands the message to the outbox: it is published after the commit, or at <paramref name="due"/>, at least once.
    /// </summary>
    /// <param name="message">A record of <c>Contracts</c>.</param>
    /// <param name="traceparent">The trace it belongs to (W3C); the current one unless given.</param>
    /// <param name="due">When to publish it; at once unless given.</param>
    public void Publish(object message, string? traceparent = null, DateTimeOffset? due = null) =>
        _messages.Add(OutboxMessage.From(message, traceparent ?? Activity.Current?.Id, due));

    /// <summary>
    /// True the first time a consumer gets a message; false for each repetition, whose effect must be skipped.
    /// </summary>
    public async Task<bool> ReceiveAsync(string consumer, Guid messageId, CancellationToken cancellationToken) =>
        await ExecuteAsync(Inbox.Insert, new { Consumer = consumer, MessageId = messageId }, cancellationToken) == 1;

    /// <summary>
    /// Commits rows and messages together. When it throws, the outcome is unknown: re-read by key before repeating.
    /// </summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_messages.Count > 0)
        {
            await ExecuteAsync(OutboxMessage.Insert, OutboxMessage.Columns(_messages), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
