using System.Text;

namespace Chatctl.Io;

/// <summary>
/// Standard input, output and error. Not through <c>Console</c>, which hides a vanished reader, changes terminal settings, and takes
/// several milliseconds to start.
/// </summary>
internal static class StandardStreams
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard input, unbuffered.</summary>
    public static Stream Input { get; } = OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new DescriptorStream(0);

    /// <summary>Standard output, unbuffered.</summary>
    public static Stream Output { get; } = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new DescriptorStream(1);

    /// <summary>Whether a person types the input.</summary>
    public static bool InputIsTerminal => OperatingSystem.IsWindows() ? !Console.IsInputRedirected : Libc.IsInherited(0) && Libc.IsTerminal(0) == 1;

    /// <summary>Whether a person reads the output.</summary>
    public static bool OutputIsTerminal => OperatingSystem.IsWindows() ? !Console.IsOutputRedirected : Libc.IsInherited(1) && Libc.IsTerminal(1) == 1;

    /// <summary>Whether a person reads what is said beside it.</summary>
    public static bool ErrorIsTerminal => OperatingSystem.IsWindows() ? !Console.IsErrorRedirected : Libc.IsInherited(2) && Libc.IsTerminal(2) == 1;

    /// <summary>Standard output as text, written at once.</summary>
    public static TextWriter OutputText => LazyOutput.Text;

    /// <summary>Standard error, unbuffered.</summary>
    public static Stream Error { get; } = OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(2);

    /// <summary>Standard error as text, written at once.</summary>
    public static TextWriter ErrorText => LazyError.Text;

    /// <summary>
    /// Where <see cref="Diagnose"/> writes: standard error, but while a line is being typed on the same terminal what keeps them apart.
    /// </summary>
    public static Stream Diagnostics { get; set; } = Error;

    /// <summary>Says one thing to the user on standard error, in one line.</summary>
    /// <param name="message">What came into it from outside is escaped where it must be.</param>
    /// <remarks>Waits a second at most for a full pipe: who is to be told of an end must not prevent it.</remarks>
    public static void Diagnose(string message) => Tell($"chatctl: {Printable.Of(message)}\n");

    /// <summary>Shows where something went wrong, below what <see cref="Diagnose"/> has said, for whoever asked for it.</summary>
    /// <param name="exception">What went wrong.</param>
    public static void Explain(Exception exception) => Tell($"{exception}\n");

    private static void Tell(string text)
    {
        try
        {
            if (Diagnostics is not DescriptorStream descriptor || descriptor.AwaitWritable(milliseconds: 1000))
            {
                // In one write, so that lines of several processes do not mix, and past the writer, which takes a millisecond to make.
                Diagnostics.Write(Utf8.GetBytes(text));
            }
        }
        catch (IOException)
        {
            // Standard error is closed, full or gone: there is nowhere left to say so, and the exit code still will.
        }
    }

    private static TextWriter TextOf(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, Utf8) { AutoFlush = true, NewLine = "\n" });

    // Classes of their own, so that each writer is made when it is first used: most runs need neither.
    private static class LazyOutput
    {
        public static readonly TextWriter Text = TextOf(Output);
    }

    private static class LazyError
    {
        public static readonly TextWriter Text = TextOf(Error);
    }
}
