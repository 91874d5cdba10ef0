namespace Chatctl.Conformance;

/// <summary>An engine with the log of one room, which is empty at first. It makes nodes, and does on demand what befalls an engine. One call at a time, except <see cref="CreateNode"/>.</summary>
public abstract class BackplaneEngine : IAsyncDisposable
{
    /// <summary>Makes a node that is not open yet. The caller disposes it.</summary>
    /// <param name="name">What names it in the log.</param>
    public abstract IBackplane CreateNode(string name);

    /// <summary>The engine answers nobody, until <see cref="ResumeAsync"/>. It loses nothing.</summary>
    public abstract Task PauseAsync();

    /// <summary>The engine answers again.</summary>
    public abstract Task ResumeAsync();

    /// <summary>All connections are cut, at a moment that no node can choose. New ones can be made at once.</summary>
    public abstract Task CutAsync();

    /// <summary>Remembers what the log is like now.</summary>
    public abstract Task MarkAsync();

    /// <summary>The engine crashes, and its log is what it was at the mark. When the call has ended, the engine can be used again.</summary>
    public abstract Task LoseSinceMarkAsync();

    /// <summary>Somebody deletes the oldest entries, whoever has not read them.</summary>
    /// <param name="count">How many.</param>
    public abstract Task TrimFirstAsync(int count);

    /// <summary>Ends the engine. Its nodes are disposed before.</summary>
    public abstract ValueTask DisposeAsync();
}
