using System.Text;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>Tells a person at a terminal where the client is connected, and how to leave it.</summary>
internal static class Greeting
{
    private const string Dim = "\e[2m", Normal = "\e[22m";

    // A terminal that takes nothing must not delay the client.
    private const int PatienceMilliseconds = 1000;

    /// <summary>Whether a person is there to read it: the output is a terminal, and so is the input.</summary>
    public static bool HasReader => StandardStreams.InputIsTerminal && StandardStreams.OutputIsTerminal;

    /// <summary>
    /// Writes one line to standard error. It has no <c>chatctl: </c> in front, because it reports no event. It is dim where standard error is
    /// a terminal that knows how, unless <c>NO_COLOR</c> is set.
    /// </summary>
    /// <param name="endpoint">Where the client is connected.</param>
    /// <param name="sends">Whether the client reads the input, so that its end ends the client.</param>
    public static void Show(Endpoint endpoint, bool sends)
    {
        string text = TextOf(endpoint, sends);
        byte[] line = Encoding.UTF8.GetBytes(IsDim ? $"{Dim}{text}{Normal}\n" : $"{text}\n");
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

    private static bool IsDim => StandardStreams.ErrorIsTerminal
        && !OperatingSystem.IsWindows()
        && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 }
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static string TextOf(Endpoint endpoint, bool sends)
    {
        const string Scheme = "tcp://";
        string url = endpoint.ToString();
        string place = Printable.Of(url.StartsWith(Scheme, StringComparison.Ordinal) ? url[Scheme.Length..] : url);
        return $"connected to {place}; {(sends ? "Ctrl-D or Ctrl-C leaves" : "Ctrl-C leaves")}";
    }
}
