using System.Runtime.CompilerServices;
using Chatctl.Connect.Printing;
using Chatctl.Connect.Sessions;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>The user's side of a client: the client sends what it reads from the input, and writes what arrives to the output.</summary>
/// <param name="Input">
/// Read on the input thread, one call at a time; 0 is the end of input. An <see cref="IOException"/> ends the client with its message.
/// </param>
/// <param name="Output">
/// Written on the client's thread. A call must return only when it has passed on everything it got. It may take its time, which holds
/// the peer back. Flushed once, when nothing more comes. Throws <see cref="OutputGoneException"/> when nobody reads it any more.
/// </param>
/// <param name="WatchedDescriptor">
/// The descriptor of the output. The client ends when its reader goes away, even if nothing arrives. -1 if there is nothing to watch.
/// </param>
/// <param name="IsConversation">Whether a person types the input, and so sees how far the conversation got when it ends.</param>
/// <remarks>The client disposes neither stream.</remarks>
internal sealed record LocalStreams(Stream Input, Stream Output, int WatchedDescriptor, bool IsConversation)
{
    private const int StandardOutput = 1;

    /// <summary>
    /// Whether the whole input is there from the start, and belongs to connect alone: a message. It is then sent to its end, whatever
    /// arrives meanwhile. Any other input is read no further than necessary, because another program may read it afterwards.
    /// </summary>
    public bool IsGiven { get; init; }

    /// <summary>Called once, on the client's thread, when the first connection is there; null if nobody needs to know.</summary>
    public Action? Greet { get; init; }

    /// <summary>Shows what a session gets, in place of the output; null if the output gets lines.</summary>
    public IChat? Chat { get; init; }

    /// <summary>Standard input and output.</summary>
    public static LocalStreams Standard() => new(
        StandardStreams.Input,
        StandardStreams.Output,

        // Windows cannot poll it, and an output that was closed from the start has no reader.
        !OperatingSystem.IsWindows() && Libc.IsInherited(StandardOutput) ? StandardOutput : -1,
        StandardStreams.InputIsTerminal);

    // These are methods of their own, and not inlined: a run that does not call them does not load the types they need.

    /// <summary>The same, but the output gets JSON.</summary>
    /// <param name="terminator">What lines end with.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public LocalStreams AsJson(byte terminator) => this with { Output = new JsonLines(Output, terminator, TimeProvider.System) };

    /// <summary>The same, but each line in the output begins with the time.</summary>
    /// <param name="terminator">What lines end with.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public LocalStreams WithTimestamps(byte terminator) => this with { Output = new TimestampedLines(Output, terminator, TimeProvider.System) };

    /// <summary>The same, but what arrives also goes to a file, as it came.</summary>
    /// <param name="file">The path of the file. It is closed when the process ends.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public LocalStreams WithTee(string file) => this with { Output = new Tee(Output, file) };
}
