using Chatctl.Io;
using Spectre.Console;

namespace Chatctl.Bench;

/// <summary>The figures and the progress on a terminal. Only this class uses Spectre.Console, so other uses of the tool do not load it.</summary>
internal static class TerminalReport
{
    // The width of eleven columns with frames. One more may be there.
    private const int TableWidth = 130, ColumnWidth = 11;

    /// <summary>Runs a function and shows its progress as a bar on standard error.</summary>
    /// <param name="bencher">Reports the progress.</param>
    /// <param name="relays">How many relays are measured, one after the other.</param>
    /// <param name="run">The function. It runs in this thread.</param>
    public static IReadOnlyList<Figures> WithProgress(Bencher bencher, int relays, Func<IReadOnlyList<Figures>> run) =>
        On(StandardStreams.ErrorText).Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask("starting", maxValue: relays);
            int done = 0;
            bencher.Progress = (name, part) =>
            {
                task.Description = Markup.Escape(name);
                task.Value = done + part;
                done += part >= 1 ? 1 : 0;
            };
            return run();
        });

    /// <summary>Writes a table. If there are several relays, it also writes bars to compare them.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Figures> runs)
    {
        IAnsiConsole console = On(output);
        string[] columns = PlainReport.Columns(runs);
        if (console.Profile.Width < TableWidth + (ColumnWidth * (columns.Length - 11)))
        {
            // A narrow terminal would cut off the right part of the table. Lines without a frame are only wrapped.
            PlainReport.Write(output, runs);
        }
        else
        {
            console.Write(Table(columns, runs));
        }

        if (runs.Count > 1)
        {
            console.Write(Chart("CPU time for each delivery, ns", runs.Where(run => run.CpuPerDelivery is not null), run => run.CpuPerDelivery!.Value));
            console.Write(Chart("latency p99, ms", runs, run => run.P99.TotalMilliseconds));
        }
    }

    private static Table Table(string[] columns, IReadOnlyList<Figures> runs)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string column in columns)
        {
            TableColumn header = new TableColumn(column.ToLowerInvariant()).NoWrap();
            table.AddColumn(column is "RELAY" or "FAULTS" ? header : header.RightAligned());
        }

        foreach ((Figures run, string[] row) in runs.Zip(PlainReport.Rows(runs)))
        {
            string[] cells = [.. row.Select(Markup.Escape)];
            cells[^1] = run.IsCorrect ? $"[green]{cells[^1]}[/]" : $"[red]{cells[^1]}[/]";
            table.AddRow(cells);
        }

        return table;
    }

    private static BarChart Chart(string label, IEnumerable<Figures> runs, Func<Figures, double> value) =>
        new BarChart().Label(label).LeftAlignLabel().Width(60).AddItems(runs, run => new BarChartItem(Markup.Escape(run.Name), Math.Round(value(run), 2), Color.Teal));

    private static IAnsiConsole On(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        Interactive = InteractionSupport.Yes,
        ColorSystem = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        Out = new AnsiConsoleOutput(writer),
    });
}
