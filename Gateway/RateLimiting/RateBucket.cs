namespace Sora.Gateway.RateLimiting;

/// <summary>Kinds of requests that are counted apart, so that polling never costs a create.</summary>
internal enum RateBucket
{
    /// <summary>Reads: lists, polls, downloads.</summary>
    Read,

    /// <summary>What begins a video.</summary>
    Create,

    /// <summary>Every other change.</summary>
    Other,

    /// <summary>Tries to sign in or to come in by an invitation, by network address.</summary>
    SignIn,

    /// <summary>Without a valid key or session, by network address.</summary>
    Anonymous,
}
