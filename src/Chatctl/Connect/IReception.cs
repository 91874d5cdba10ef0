using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// Decides what is printed of what arrives. There are two: <see cref="PlainReception"/> for plain bytes, and
/// <see cref="Sessions.SessionReception"/> for a session. Every member is used on the client's thread.
/// </summary>
internal interface IReception
{
    /// <summary>How many lines are still wanted; null without a limit.</summary>
    long? Wanted { get; }

    /// <summary>Whether input may be sent over the connection.</summary>
    bool IsReady { get; }

    /// <summary>Whether what was printed ends in the middle of a line.</summary>
    bool IsMidLine { get; }

    /// <summary>Whether the connection has let something through: a line, or the receipt of one.</summary>
    bool HasProgress { get; }

    /// <summary>How long to wait for bytes before <see cref="OnSilence"/> is called.</summary>
    TimeSpan Patience { get; }

    /// <summary>Begins with a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="ready">Called once, as soon as input may be sent over it: here, or from <see cref="Take"/>.</param>
    void Begin(Connection connection, Action ready);

    /// <summary>Prints what belongs into the output. It has been written when this returns.</summary>
    /// <param name="bytes">At least one. They continue those of the last call.</param>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    /// <exception cref="IOException">The output does not take the bytes.</exception>
    void Take(ReadOnlySpan<byte> bytes);

    /// <summary>Nothing came for as long as <see cref="Patience"/> said.</summary>
    void OnSilence();

    /// <summary>What was wrong with a connection that has ended, beside the way it ended; null if nothing was.</summary>
    string? Fault();

    /// <summary>The connection is lost, and another one may follow.</summary>
    void Lose();

    /// <summary>The peer has confirmed the end: everything has come that was said before the client's own last line.</summary>
    void Confirm();

    /// <summary>Nothing more comes, so what was held back is printed.</summary>
    void Finish();

    /// <summary>The end of the run, however it came.</summary>
    void Close();

    /// <summary>Why not all is well although the last connection ended in order, as a sentence; null if all is well.</summary>
    string? Objection { get; }
}
