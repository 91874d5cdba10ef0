namespace Chatctl.Conformance.Venue;

/// <summary>The file descriptors of this process, where the system shows them.</summary>
internal static class Descriptors
{
    private const string Folder = "/proc/self/fd";
    private const string Threads = "/proc/self/task";
    private const string Limits = "/proc/self/limits";

    /// <summary>What is open that a server might have left: sockets, and what waits for them. Empty where the system does not show it.</summary>
    public static HashSet<string> Open() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder).Select(Describe).Where(what => what.Contains("socket:", StringComparison.Ordinal))];

    /// <summary>The numbers of the sockets that are open.</summary>
    public static IEnumerable<int> Sockets() => Directory.EnumerateFiles(Folder)
        .Where(file => Describe(file).Contains("socket:", StringComparison.Ordinal))
        .Select(file => int.Parse(Path.GetFileName(file), System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>How many threads there are; none where the system does not show it.</summary>
    public static int ThreadCount() => Directory.Exists(Threads) ? Directory.GetDirectories(Threads).Length : 0;

    /// <summary>How many connections can be had here, both ends of each being in this process.</summary>
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
            // Closed meanwhile.
            return "";
        }
    }
}
