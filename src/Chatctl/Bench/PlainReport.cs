using System.Globalization;

namespace Chatctl.Bench;

/// <summary>The figures for a reader, as rows of text.</summary>
internal static class PlainReport
{
    /// <summary>The headers of the columns. Resumes have one only if there were any.</summary>
    public static string[] Columns(IReadOnlyList<Figures> runs) =>
        ["RELAY", "DELIVERIES/S", "CPU/DELIVERY", "CPU", "MEMORY", "P50", "P90", "P99", "P99.9", "MAX", .. HaveResumes(runs) ? ["RESUMES"] : Array.Empty<string>(), "FAULTS"];

    /// <summary>The rows, one for each run.</summary>
    public static IEnumerable<string[]> Rows(IReadOnlyList<Figures> runs) => runs.Select(run => Row(run, HaveResumes(runs)));

    /// <summary>Writes the table.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Figures> runs)
    {
        string[][] rows = [Columns(runs), .. Rows(runs)];
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
                column == 0 ? cell.PadRight(widths[column]) : column == row.Length - 1 ? cell : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells));
        }
    }

    /// <summary>Writes a number in a short form, with k or M.</summary>
    public static string Amount(double number) => number switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{number / 1e6:F2} M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{number / 1e3:F1} k"),
        _ => number.ToString("F0", CultureInfo.InvariantCulture),
    };

    /// <summary>Writes a time in the unit that makes it short.</summary>
    /// <param name="nanoseconds">The time.</param>
    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:F1} ns"),
        < 100_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000:F1} µs"),
        < 10e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:F2} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:F1} s"),
    };

    private static bool HaveResumes(IReadOnlyList<Figures> runs) => runs.Any(run => run.Resumes > 0);

    private static string[] Row(Figures figures, bool resumes) =>
    [
        figures.Name,
        Amount(figures.DeliveryRate),
        figures.CpuPerDelivery is { } cpu ? Time(cpu) : "-",
        figures.ServerLoad is { } load ? load.ToString("P0", CultureInfo.InvariantCulture) : "-",
        figures.ServerMemory is { } memory ? string.Create(CultureInfo.InvariantCulture, $"{memory / 1048576.0:F0} MiB") : "-",
        .. new[] { figures.P50, figures.P90, figures.P99, figures.P999, figures.Max }.Select(time => Time(time.TotalNanoseconds)),
        .. resumes ? [Amount(figures.Resumes)] : Array.Empty<string>(),
        figures.Faults.ToString(),
    ];
}
