namespace Chatctl.Connect;

/// <summary>
/// Holds the input that was read and may still have to be sent, in the form in which it is sent. There are two: <see cref="Outbox"/> for plain
/// bytes, and <see cref="Sessions.LineOutbox"/> for a session.
/// </summary>
/// <remarks>All members are used under the <see cref="Gate"/>. What <see cref="Unsent"/> gave is sent without it; meanwhile the bytes stay as they are.</remarks>
internal interface IOutbox
{
    /// <summary>Guards the outbox, and the state of the pump that sends from it. A change that may wake the pump pulses it.</summary>
    object Gate { get; }

    /// <summary>What is to be handed over next.</summary>
    ReadOnlySpan<byte> Unsent { get; }

    /// <summary>How many bytes of input were put in so far.</summary>
    long Taken { get; }

    /// <summary>Whether more input may be put in now.</summary>
    bool HasSpace { get; }

    /// <summary>Whether the input so far does not end with the end of a line.</summary>
    bool IsMidLine { get; }

    /// <summary>Whether the bytes that the connection got do not end with the end of a line.</summary>
    bool IsCut { get; }

    /// <summary>Whether another connection gets what one has lost. If not, what a lost connection had stays in doubt.</summary>
    bool SendsAgain { get; }

    /// <summary>Whether another connection would have nothing to do.</summary>
    bool IsSettled { get; }

    /// <summary>The beginning of a line that no connection survives: so many were lost in the middle of it. Null if there is none.</summary>
    string? FatalLine { get; }

    /// <summary>Makes space for more input. The caller fills it from its start, and meanwhile <see cref="Rewind"/> may be called.</summary>
    Memory<byte> Reserve();

    /// <summary>Accepts the bytes that were put into <see cref="Reserve"/>.</summary>
    /// <param name="count">How many; 0 is the end of input.</param>
    void Add(int count);

    /// <summary>Notes that bytes were handed over.</summary>
    /// <param name="count">How many bytes of <see cref="Unsent"/>; may be 0.</param>
    void Advance(int count);

    /// <summary>A connection is lost. Goes back to what must be sent over another one. Never called during a send.</summary>
    /// <param name="handed">How many bytes the connection got.</param>
    Loss Rewind(long handed);

    /// <summary>Says how much of the input may not have been delivered, as the end of a sentence; empty if there is nothing to say.</summary>
    /// <param name="unconfirmed">How many bytes a connection got that is still attached and has not confirmed them.</param>
    /// <param name="isConfirmed">Whether the connection has confirmed all that it got.</param>
    string Doubt(long unconfirmed, bool isConfirmed);
}

/// <summary>What the loss of a connection means for what was sent over it.</summary>
/// <param name="Doubt">Says how much may not have been delivered, as the end of a sentence; empty if there is nothing to say.</param>
/// <param name="HasSent">Whether it got a whole line.</param>
internal readonly record struct Loss(string Doubt, bool HasSent);
