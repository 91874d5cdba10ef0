namespace Chatctl;

/// <summary>One connected peer, as the room knows it. Made by <see cref="IDoor.Join"/>, ended by <see cref="Leave"/>.</summary>
/// <remarks>
/// A member has two sides. The inbound side is <see cref="Receive"/> and <see cref="EndOfInput"/>; the outbound side is <see cref="Pending"/>
/// and <see cref="Sent"/>. Calls on one side must not overlap; the two sides may run at the same time, on different threads, and so may
/// different members. <see cref="WantsInput"/> and <see cref="IsEvicted"/> belong to neither and may be looked at from any thread.
/// <see cref="Leave"/> comes last, when neither side is in use.
/// </remarks>
public interface IMember
{
    /// <summary>
    /// Whether the transport should read from this peer now. False while the room holds senders back, and for good after
    /// <see cref="EndOfInput"/>, an eviction, or once the room drains. A change to true is announced by a wake. It is advice for before a read:
    /// bytes that have been read must be handed over all the same.
    /// </summary>
    bool WantsInput { get; }

    /// <summary>
    /// Whether the room has evicted this member: close its connection with a reset at once, whatever is under way for it, send nothing more,
    /// and <see cref="Leave"/>. The reset is how the peer can tell that it was cut off. It never changes back, and is announced by a wake.
    /// </summary>
    bool IsEvicted { get; }

    /// <summary>Hands over bytes in the order in which the peer sent them, in chunks of any size.</summary>
    /// <param name="bytes">Copied before the call returns; the caller may reuse the buffer at once.</param>
    /// <remarks>Bytes that come after an eviction or after the room began to drain are discarded: they were never accepted, and the peer will be told by a reset.</remarks>
    void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// The peer has half-closed: nothing more will come from it. The member lives on: <see cref="Pending"/> says
    /// <see cref="Outbound.Finish"/> when it is done, or, for a peer that never sent a byte, keeps delivering for as long as it likes.
    /// </summary>
    void EndOfInput();

    /// <summary>Says what to send next to this peer. Never waits, but may wake servers, the caller's own included.</summary>
    /// <param name="scratch">
    /// Where the room may put together what does not lie in one piece; 64 KiB is a good size, and one for a whole loop is enough, as it
    /// is only written while this call runs. Empty if the bytes must outlive the next call for another member (an asynchronous send):
    /// the answer is then a piece of the room's own memory, which stays valid until <see cref="Sent"/> or <see cref="Leave"/>.
    /// </param>
    /// <param name="bytes">What to send when the answer is <see cref="Outbound.Bytes"/>, never empty then; otherwise empty.</param>
    /// <returns>See <see cref="Outbound"/>. Asking again without <see cref="Sent"/> in between is allowed and may give more.</returns>
    Outbound Pending(Memory<byte> scratch, out ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Says that the peer's socket has taken the first <paramref name="count"/> of the bytes that the last <see cref="Pending"/> gave. Say it only of bytes that
    /// the system has: the receipts of other members build on it.
    /// </summary>
    /// <param name="count">From 0 to the length of those bytes. What was not taken is offered again.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than was given.</exception>
    void Sent(int count);

    /// <summary>
    /// The peer is gone and its socket closed, for whatever reason. Frees what the room keeps for it; a line it had not ended is dropped.
    /// No send of the room's memory may be under way. Calling it again does nothing.
    /// </summary>
    void Leave();
}
