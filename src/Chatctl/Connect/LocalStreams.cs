using System.Runtime.CompilerServices;
using Chatctl.Connect.Printing;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>The user's side of a session: where what is sent comes from, and where what arrives goes.</summary>
/// <param name="Input">
/// Read on a thread of its own, one call at a time; 0 is the end of input. An <see cref="IOException"/> ends the session with its message.
/// </param>
/// <param name="Output">
/// Written on the session's thread, and expected to have passed on all of it when a call returns. May take its time, which holds the peer
/// back. Flushed once, when nothing more comes. Throws <see cref="OutputGoneException"/> when nobody reads it any more.
/// </param>
/// <param name="WatchedDescriptor">Ends the session when its reader goes, even if nothing arrives; -1 if there is nothing to watch.</param>
/// <param name="IsConversation">Whether a person types the input, and has seen how far the conversation got when it ends.</param>
/// <remarks>Neither stream is disposed by the session.</remarks>
internal sealed record LocalStreams(Stream Input, Stream Output, int WatchedDescriptor, bool IsConversation)
{
    private const int StandardOutput = 1;

    /// <summary>Whether the input is ours alone and all there: it is sent to its end, whatever arrives meanwhile. Otherwise no more of it is read than must be.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Standard input and output.</summary>
    public static LocalStreams Standard() => new(
        StandardStreams.Input,
        StandardStreams.Output,

        // What a system cannot poll, or what was closed from the start, is not watched.
        !OperatingSystem.IsWindows() && Libc.IsInherited(StandardOutput) ? StandardOutput : -1,
        StandardStreams.InputIsTerminal);

    // Methods of their own, so that a run without them does not load what they need.

    /// <summary>The same, but what arrives becomes JSON.</summary>
    /// <param name="terminator">What lines end with.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public LocalStreams AsJson(byte terminator) => this with { Output = new JsonLines(Output, terminator, TimeProvider.System) };

    /// <summary>The same, but lines that arrive get the time.</summary>
    /// <param name="terminator">What lines end with.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public LocalStreams WithTimestamps(byte terminator) => this with { Output = new TimestampedLines(Output, terminator, TimeProvider.System) };

    /// <summary>The same, but what arrives goes to a file too, as it came.</summary>
    /// <param name="file">Where to; it is closed with the process.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public LocalStreams WithTee(string file) => this with { Output = new Tee(Output, file) };
}
