using Sora.Contracts;
using Sora.ServiceDefaults.Database;

namespace Sora.ServiceDefaults.Identity;

/// <summary>Leaves a trace of what a caller changed.</summary>
public static class Audit
{
    /// <summary>Adds an entry to the organisation's audit log, saved and announced with the change itself.</summary>
    /// <param name="work">The transaction of the change.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="action">Noun and participle, for example <c>webhook_endpoint.created</c>.</param>
    /// <param name="target">Id of what is changed.</param>
    /// <param name="at">When.</param>
    /// <param name="details">What changes, as short texts. Never a secret, a prompt or a signed link.</param>
    public static void Record(
        this UnitOfWork work,
        Caller caller,
        string action,
        string target,
        DateTimeOffset at,
        params ReadOnlySpan<(string Name, string Value)> details)
    {
        var texts = new Dictionary<string, string>(details.Length);
        foreach (var (name, value) in details)
        {
            texts.Add(name, value);
        }

        work.Publish(new AuditRecorded(
            caller.Organization, caller.Project, caller.User, caller.KeyId, action, target, texts, at));
    }
}
