namespace Chatctl.Connect.Sessions;

/// <summary>How far a client has got in what the room says.</summary>
/// <param name="Epoch">The life of the numbers.</param>
/// <param name="Seq">The number of the last line that it has dealt with.</param>
internal readonly record struct Position(string Epoch, long Seq)
{
    /// <summary>As the protocol writes it: <c>EPOCH:SEQ</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Epoch}:{Seq}");
}
