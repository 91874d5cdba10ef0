using Chatctl.Core.Sessions;

namespace Chatctl.Connect.Sessions;

/// <summary>How far a client has got in what the room says.</summary>
/// <param name="Epoch">The life of the numbers.</param>
/// <param name="Seq">The number of the last line that it has dealt with.</param>
internal readonly record struct Position(string Epoch, long Seq)
{
    /// <summary>Reads a position.</summary>
    /// <param name="text">Null is none.</param>
    /// <returns>Null if the text is no position. It may still be another way to say since when.</returns>
    public static Position? Of(string? text) =>
        text is not null && Since.TryParse(text, out Since? since) && since is Since.Position position ? new Position(position.Epoch, position.Seq) : null;

    /// <summary>As the protocol writes it: <c>EPOCH:SEQ</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Epoch}:{Seq}");
}
