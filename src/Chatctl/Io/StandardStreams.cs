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

    /// <summary>Standard output as text, written at once.</summary>
    public static TextWriter OutputText { get; } = TextWriter.Synchronized(new StreamWriter(Output, Utf8) { AutoFlush = true, NewLine = "\n" });

    /// <summary>Standard error as text, written at once.</summary>
    public static TextWriter ErrorText { get; } = TextWriter.Synchronized(new StreamWriter(
        OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(2), Utf8)
    { AutoFlush = true, NewLine = "\n" });

    /// <summary>Says one thing to the user on standard error, in one line.</summary>
    /// <param name="message">Without line breaks; any that got into it from outside are shown as blanks.</param>
    public static void Diagnose(string message)
    {
        try
        {
            ErrorText.WriteLine($"chatctl: {message.ReplaceLineEndings(" ")}");
        }
        catch (IOException)
        {
            // Standard error is closed, full or gone: there is nowhere left to say so, and the exit code still will.
        }
    }
}
