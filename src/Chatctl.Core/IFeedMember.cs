namespace Chatctl.Core;

/// <summary>A member as a <see cref="Feed"/> knows it. Its text is its name in the log.</summary>
internal interface IFeedMember
{
    /// <summary>Whether it is evicted: it gets nothing more. It never changes back. From any thread.</summary>
    bool IsEvicted { get; }

    /// <summary>Evicts it. Under the room's lock; the caller writes the log message and wakes the servers after the lock is released.</summary>
    void Evict(EvictionReason reason);
}
