using System.Text;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>Tells a person at a terminal where the client is connected, and how to leave it.</summary>
internal static class Greeting
{
    private const int Width = 80;

    // A terminal that takes nothing must not delay the client.
    private const int PatienceMilliseconds = 1000;

    /// <summary>Whether a person is there to read it: the output is a terminal, and so is the input.</summary>
    public static bool HasReader => StandardStreams.InputIsTerminal && StandardStreams.OutputIsTerminal;

    /// <summary>
    /// Writes one line to standard error, or two if one would be too wide. It has no <c>chatctl: </c> in front, because it reports no event. It is dim where standard error is
    /// a terminal that knows how, unless <c>NO_COLOR</c> is set.
    /// </summary>
    /// <param name="endpoint">Where the client is connected.</param>
    /// <param name="sends">Whether the client reads the input, so that its end ends the client.</param>
    /// <param name="isPlain">Whether the person wants no escape sequences.</param>
    /// <param name="hint">What else is good to know; nothing if it is empty.</param>
    public static void Show(Endpoint endpoint, bool sends, bool isPlain, string hint)
    {
        Palette palette = StandardStreams.ErrorIsTerminal && !OperatingSystem.IsWindows() ? Palette.Choose(isPlain, Environment.GetEnvironmentVariable) : Palette.None;
        byte[] line = Encoding.UTF8.GetBytes(string.Concat(LinesOf(endpoint, sends, hint).Select(text => palette.Dim(text) + "\n")));
        try
        {
            if (StandardStreams.Diagnostics is not DescriptorStream descriptor || descriptor.AwaitWritable(PatienceMilliseconds))
            {
                StandardStreams.Diagnostics.Write(line);
            }
        }
        catch (IOException)
        {
            // Standard error is closed or full. The client does not need it.
        }
    }

    private static string[] LinesOf(Endpoint endpoint, bool sends, string hint)
    {
        const string Scheme = "tcp://";
        string url = endpoint.ToString();
        string place = Printable.Of(url.StartsWith(Scheme, StringComparison.Ordinal) ? url[Scheme.Length..] : url);
        string text = $"connected to {place}; {(sends ? "Ctrl-D or Ctrl-C leaves" : "Ctrl-C leaves")}";
        string whole = $"{text}; {hint}";
        return hint.Length == 0 ? [text] : whole.Length <= Width ? [whole] : [text, hint];
    }
}
