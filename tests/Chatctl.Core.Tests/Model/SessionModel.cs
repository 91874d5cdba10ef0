namespace Chatctl.Core.Tests.Model;

/// <summary>A session as the specification knows it.</summary>
internal sealed class SessionModel(long id, string client)
{
    public long Id => id;

    public string Client => client;

    public string Name { get; set; } = "";

    /// <summary>The connection that it has; null while it has none.</summary>
    public PeerModel? Peer { get; set; }

    /// <summary>The number of the last line that its client has dealt with.</summary>
    public long Position { get; set; }

    /// <summary>The client's number of the last line that was taken.</summary>
    public long LastN { get; set; }

    /// <summary>The room's number of each line with a number of the client.</summary>
    public Dictionary<long, long> Seqs { get; } = [];
}
