namespace Chatctl.Conformance.Venue;

/// <summary>The file descriptors of this process, if the system shows them.</summary>
internal static class Descriptors
{
    private const string Folder = "/proc/self/fd";
    private const string Threads = "/proc/self/task";
    private const string Limits = "/proc/self/limits";

    /// <summary>The open sockets, which a server might have left. Empty if the system does not show them.</summary>
    public static HashSet<string> Open() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder).Select(Describe).Where(what => what.Contains("socket:", StringComparison.Ordinal))];

    /// <summary>The descriptor numbers of the open sockets.</summary>
    public static IEnumerable<int> Sockets() => Directory.EnumerateFiles(Folder)
        .Where(file => Describe(file).Contains("socket:", StringComparison.Ordinal))
        .Select(file => int.Parse(Path.GetFileName(file), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The number of threads; zero if the system does not show it.</summary>
    public static int ThreadCount() => Directory.Exists(Threads) ? Directory.GetDirectories(Threads).Length : 0;

    /// <summary>How many connections this process can have, with both ends of each in this process.</summary>
    public static int Affordable(int wanted)
    {
        const int Others = 200;
        if (!File.Exists(Limits))
        {
            return wanted;
        }

        string[] limit = File.ReadLines(Limits).First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.TryParse(limit[3], out int most) ? Math.Clamp((most - Others) / 2, 1, wanted) : wanted;
    }

    private static string Describe(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name ?? "";
        }
        catch (IOException)
        {
            // It was closed in the meantime.
            return "";
        }
    }
}
