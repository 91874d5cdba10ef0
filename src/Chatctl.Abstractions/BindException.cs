using System.Net;

namespace Chatctl;

/// <summary>An endpoint cannot be listened on: it is in use, not permitted, not an address of this machine, or of an unknown kind.</summary>
public sealed class BindException : IOException
{
    /// <summary>Says which endpoint and why.</summary>
    /// <param name="endpoint">The endpoint that was asked for.</param>
    /// <param name="reason">Why not, as the end of a sentence: "address already in use".</param>
    /// <param name="innerException">The system's error, if there is one.</param>
    public BindException(EndPoint endpoint, string reason, Exception? innerException = null)
        : base($"cannot listen on {endpoint}: {reason}", innerException)
    {
        Endpoint = endpoint;
        Reason = reason;
    }

    /// <summary>The endpoint that was asked for.</summary>
    public EndPoint Endpoint { get; }

    /// <summary>Why it cannot be listened on, as the end of a sentence.</summary>
    public string Reason { get; }
}
