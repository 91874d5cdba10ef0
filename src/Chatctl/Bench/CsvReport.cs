using System.Globalization;

namespace Chatctl.Bench;

/// <summary>The figures for a spreadsheet: a header, and a row for each run. Times are in microseconds. A figure that is not known is empty.</summary>
internal static class CsvReport
{
    private static readonly (string Name, Func<Figures, IFormattable?> Value)[] Numbers =
    [
        ("seconds", run => run.Elapsed.TotalSeconds),
        ("lines", run => run.Lines),
        ("deliveries", run => run.Deliveries),
        ("deliveries_per_second", run => Math.Round(run.DeliveryRate, 1)),
        ("cpu_ns_per_delivery", run => run.CpuPerDelivery is { } cpu ? Math.Round(cpu, 2) : null),
        ("server_cpu_seconds", run => run.ServerCpu?.TotalSeconds),
        ("server_memory_bytes", run => run.ServerMemory),
        ("p50_us", run => run.P50.TotalMicroseconds),
        ("p90_us", run => run.P90.TotalMicroseconds),
        ("p99_us", run => run.P99.TotalMicroseconds),
        ("p999_us", run => run.P999.TotalMicroseconds),
        ("max_us", run => run.Max.TotalMicroseconds),
        ("lost", run => run.Faults.Lost),
        ("duplicated", run => run.Faults.Duplicated),
        ("reordered", run => run.Faults.Reordered),
        ("torn", run => run.Faults.Torn),
        ("echoed", run => run.Faults.Echoed),
        ("out_of_order", run => run.Faults.OutOfOrder),
        ("misnumbered", run => run.Faults.Misnumbered),
        ("misattributed", run => run.Faults.Misattributed),
        ("unacknowledged", run => run.Faults.Unacknowledged),
        ("refused", run => run.Faults.Refused),
        ("closed", run => run.Faults.Closed),
        ("stopped", run => run.Faults.Stopped ? 1 : 0),
        ("resumes", run => run.Resumes),
        ("resume_p99_us", run => run.ResumeP99.TotalMicroseconds),
        ("behind", run => run.Behind),
        ("stalled_cut_off", run => run.StalledCutOff),
        ("generator_busy", run => Math.Round(run.GeneratorBusy, 3)),
        ("lateness_p99_us", run => run.Lateness.TotalMicroseconds),
        ("correct", run => run.IsCorrect ? 1 : 0),
    ];

    /// <summary>Writes the header and the rows.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Figures> runs)
    {
        output.WriteLine($"relay,endpoint,{string.Join(',', Numbers.Select(number => number.Name))}");
        foreach (Figures run in runs)
        {
            IEnumerable<string> values = Numbers.Select(number => number.Value(run)?.ToString(null, CultureInfo.InvariantCulture) ?? "");
            output.WriteLine($"{Quote(run.Name)},{Quote(run.Endpoint)},{string.Join(',', values)}");
        }
    }

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
