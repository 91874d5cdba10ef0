namespace Chatctl.Connect;

/// <summary>What a session does with its two directions.</summary>
/// <param name="Sends">Whether standard input is read and sent. If not, it is not touched.</param>
/// <param name="Prints">Whether what arrives is written to standard output. If not, it is read all the same.</param>
/// <param name="Count">How many lines to print before ending; <see cref="long.MaxValue"/> for no limit.</param>
/// <param name="Linger">How long after the end of input to wait before telling the peer.</param>
/// <param name="DrainTimeout">How long the peer may then be silent before its confirmation is given up.</param>
internal sealed record SessionOptions(bool Sends, bool Prints, long Count, TimeSpan Linger, TimeSpan DrainTimeout);
