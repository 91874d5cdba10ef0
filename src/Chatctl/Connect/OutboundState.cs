using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <summary>What the sending side of a client is doing. <see cref="OutboundStates.Allows"/> has the table of the moves.</summary>
/// <remarks>
/// <para>
/// Only the input thread moves the state, with two exceptions. The client's thread makes the first move, before it starts the input
/// thread. And while the input thread waits for input, it can have an assistant: a thread that moves the state from <see cref="Waiting"/>
/// to <see cref="Assisted"/>, sends, and moves it back to <see cref="Waiting"/>. The input thread does nothing before that. Every read and
/// every move happens under the gate of <see cref="OutboundMonitor"/>.
/// </para>
/// <para>
/// In <see cref="Sending"/> and <see cref="Asking"/> a thread uses the connection and does not hold the gate. Before the client's thread takes the
/// connection away, it waits until the state has changed.
/// </para>
/// <para>The client's request to stop is not a state: it can come in any state, and the input thread obeys it in <see cref="Waiting"/>.</para>
/// </remarks>
internal enum OutboundState
{
    /// <summary>There was no connection yet, so there is no input thread.</summary>
    Unstarted,

    /// <summary>
    /// Waits for input, and has taken none that is not in the outbox. The outbox has nothing to send, unless a connection was lost.
    /// </summary>
    Waiting,

    /// <summary>
    /// Waits for input, and meanwhile the assistant sends what the outbox has: what a lost connection had and did not confirm, or a request.
    /// </summary>
    Assisted,

    /// <summary>Everything was sent, and so much of it is not confirmed that the outbox is full. Waits for the peer.</summary>
    Full,

    /// <summary>Takes input that is known to be there, so this ends soon. An input that cannot tell is read in <see cref="Waiting"/>.</summary>
    Reading,

    /// <summary>Has something to send, and waits for a connection if there is none.</summary>
    Holding,

    /// <summary>Sends over the connection.</summary>
    Sending,

    /// <summary>
    /// Reads no more: the input has ended, or the client asked it to stop. Sends what is left, and then decides how to end. Waits for a
    /// connection if there is none.
    /// </summary>
    Finishing,

    /// <summary>Everything was sent. Gives answers time to arrive.</summary>
    Lingering,

    /// <summary>Half-closes the connection, to ask the peer for its confirmation.</summary>
    Asking,

    /// <summary>
    /// Has asked for the confirmation of what can be sent again. If the connection is lost before the confirmation comes, it is sent again.
    /// </summary>
    Asked,

    /// <summary>The end. Everything was sent, and the peer was asked for its confirmation unless its connection had failed.</summary>
    Finished,

    /// <summary>The end. The input had no byte in it, so nothing is sent, not even a half-close. The client goes on listening.</summary>
    Listening,

    /// <summary>The end. There was nothing to send, or no more of it for this connection, and the client has no other work.</summary>
    NothingToDo,

    /// <summary>The end. Something is left to send, the connection has failed, and there will be no other.</summary>
    CutOff,

    /// <summary>The end. The input could not be read.</summary>
    Failed,
}

/// <summary>What the states have in common, and which of them may follow which.</summary>
internal static class OutboundStates
{
    /// <summary>Whether a thread uses the connection without holding the gate.</summary>
    /// <param name="state">The state.</param>
    public static bool UsesConnection(this OutboundState state) => state is Sending or Asking;

    /// <summary>
    /// Whether no more input will be read. <see cref="Sending"/> does not tell: it comes before the end of input and after it. The outbox
    /// is never empty then, and that decides every question that depends on the end of input.
    /// </summary>
    /// <param name="state">The state.</param>
    public static bool IsAfterInput(this OutboundState state) => state is Finishing or Lingering or Asking or Asked or Finished or Listening or NothingToDo;

    /// <summary>Whether a state may follow another.</summary>
    /// <param name="from">The state before.</param>
    /// <param name="to">The state after.</param>
    public static bool Allows(OutboundState from, OutboundState to) => from switch
    {
        Unstarted => to is Waiting,
        Waiting => to is Assisted or Full or Reading or Holding or Finishing or Failed,
        Assisted => to is Sending or Waiting,
        Full => to is Waiting or Holding,
        Reading => to is Holding or Finishing or Failed,
        Holding => to is Sending or Waiting or CutOff,
        Sending => to is Holding or Finishing or Assisted,
        Finishing => to is Sending or Lingering or Asking or Finished or Listening or NothingToDo or CutOff,
        Lingering => to is Finishing,
        Asking => to is Asked or Finished,
        Asked => to is Finishing,
        _ => false,
    };
}
