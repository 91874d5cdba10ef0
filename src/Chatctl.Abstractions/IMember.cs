namespace Chatctl;

/// <summary>One connected peer, as the room knows it. <see cref="IDoor.Join"/> makes it, <see cref="Leave"/> ends it.</summary>
/// <remarks>
/// A member has two sides. The inbound side is <see cref="Receive"/> and <see cref="EndOfInput"/>; the outbound side is <see cref="Pending"/>
/// and <see cref="Sent"/>. Calls on one side must not overlap; the two sides may run at the same time, on different threads, and so may
/// different members. <see cref="WantsInput"/> and <see cref="IsEvicted"/> belong to neither and may be looked at from any thread.
/// <see cref="Leave"/> comes last, when neither side is in use.
/// </remarks>
public interface IMember
{
    /// <summary>
    /// Whether the transport should read from this peer now. It is false while the room holds senders back. It stays false after
    /// <see cref="EndOfInput"/>, after an eviction, and once the room drains. A wake announces a change to true. Look at it before a read:
    /// bytes that were read must be handed over in any case.
    /// </summary>
    bool WantsInput { get; }

    /// <summary>
    /// Whether the room has evicted this member. Then send nothing more, close its connection with a reset at once, even if a send is under way,
    /// and call <see cref="Leave"/>. The reset tells the peer that it was evicted. Where the connection has no reset, a peer that has half-closed
    /// must not take the end for its receipt: do not end its connection before it gives up. An eviction is final, and a wake announces it.
    /// </summary>
    bool IsEvicted { get; }

    /// <summary>Hands over bytes in the order in which the peer sent them, in chunks of any size.</summary>
    /// <param name="bytes">Copied before the call returns; the caller may reuse the buffer at once.</param>
    /// <remarks>
    /// Bytes that come after an eviction, or after the room began to drain, are discarded. They were never accepted, and a reset tells the
    /// peer so.
    /// </remarks>
    void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// The peer has half-closed: nothing more will come from it. The member stays. <see cref="Pending"/> says <see cref="Outbound.Finish"/>
    /// when the member is done. A peer that never sent a byte is a listener: it gets lines for as long as it likes.
    /// </summary>
    void EndOfInput();

    /// <summary>Says what to send next to this peer. It never waits. It may wake servers, also the caller's own.</summary>
    /// <param name="scratch">
    /// Memory where the room may put together what does not lie in one piece. 64 KiB is a good size. One is enough for a whole loop, since
    /// the room writes to it only while this call runs. Pass an empty one if the bytes must stay valid during calls for other members, as in an
    /// asynchronous send. The answer is then a piece of the room's own memory, which stays valid until <see cref="Sent"/> or <see cref="Leave"/>.
    /// </param>
    /// <param name="bytes">What to send if the answer is <see cref="Outbound.Bytes"/>; then it is never empty. Otherwise it is empty.</param>
    /// <returns>See <see cref="Outbound"/>. To ask again without <see cref="Sent"/> in between is allowed, and may give more.</returns>
    Outbound Pending(Memory<byte> scratch, out ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Says that the peer's socket has taken the first <paramref name="count"/> of the bytes that the last <see cref="Pending"/> gave. Report
    /// only bytes that the system has: the receipts of other members depend on it.
    /// </summary>
    /// <param name="count">From 0 to the length of those bytes. The next <see cref="Pending"/> gives the rest again.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than was given.</exception>
    void Sent(int count);

    /// <summary>
    /// The peer is gone and its socket is closed, for any reason. This frees what the room keeps for it. A line that it had not ended is
    /// dropped. No send of the room's memory may be under way. A second call does nothing.
    /// </summary>
    void Leave();
}
