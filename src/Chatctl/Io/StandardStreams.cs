using System.Text;

namespace Chatctl.Io;

/// <summary>
/// Standard input, output and error. They do not use <c>Console</c>, because that hides that a reader is gone, changes terminal settings, and
/// takes several milliseconds to start.
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

    /// <summary>Whether a person reads standard error.</summary>
    public static bool ErrorIsTerminal => OperatingSystem.IsWindows() ? !Console.IsErrorRedirected : Libc.IsInherited(2) && Libc.IsTerminal(2) == 1;

    /// <summary>Standard output as text, written at once.</summary>
    public static TextWriter OutputText => LazyOutput.Text;

    /// <summary>Standard error, unbuffered.</summary>
    public static Stream Error { get; } = OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(2);

    /// <summary>Standard error as text, written at once.</summary>
    public static TextWriter ErrorText => LazyError.Text;

    /// <summary>
    /// Where <see cref="Diagnose"/> writes. It is standard error. While a person types a line on the same terminal, it is a stream that keeps the
    /// message and the line apart.
    /// </summary>
    public static Stream Diagnostics { get; set; } = Error;

    /// <summary>Writes one message for the user to standard error, in one line.</summary>
    /// <param name="message">The message. Characters from outside that could harm are escaped here.</param>
    /// <remarks>Waits at most a second for a full pipe, because a reader that does not read must not keep the process from ending.</remarks>
    public static void Diagnose(string message) => WriteWhole($"chatctl: {Printable.Of(message)}\n");

    /// <summary>Shows where something went wrong, below the message of <see cref="Diagnose"/>. For users who ask for it with <c>-v</c>.</summary>
    /// <param name="exception">What went wrong.</param>
    public static void Explain(Exception exception) => WriteWhole($"{exception}\n");

    private static void WriteWhole(string text)
    {
        try
        {
            if (Diagnostics is not DescriptorStream descriptor || descriptor.AwaitWritable(milliseconds: 1000))
            {
                // One write, so that lines of several processes do not mix. The text writer is not used, because it takes a millisecond to make.
                Diagnostics.Write(Utf8.GetBytes(text));
            }
        }
        catch (IOException)
        {
            // Standard error is closed, full or gone. There is no other place for the message, and the exit code still shows the failure.
        }
    }

    private static TextWriter TextOf(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, Utf8) { AutoFlush = true, NewLine = "\n" });

    // Each writer has a class of its own, so that it is made at its first use. Most runs need neither.
    private static class LazyOutput
    {
        public static readonly TextWriter Text = TextOf(Output);
    }

    private static class LazyError
    {
        public static readonly TextWriter Text = TextOf(Error);
    }
}
