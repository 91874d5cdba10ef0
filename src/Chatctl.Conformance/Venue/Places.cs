using System.Net;
using Chatctl.Core;

namespace Chatctl.Conformance.Venue;

/// <summary>Admits a fixed number of peers at a time.</summary>
internal sealed class Places(int count) : IAdmission
{
    private int _free = count;

    /// <inheritdoc/>
    public bool Admits(EndPoint? remote, out string reason)
    {
        bool admitted = Interlocked.Decrement(ref _free) >= 0;
        if (!admitted)
        {
            Interlocked.Increment(ref _free);
        }

        reason = admitted ? "" : "there is no place left";
        return admitted;
    }

    /// <inheritdoc/>
    public void Left(EndPoint? remote) => Interlocked.Increment(ref _free);
}
