using System.Reflection;
using System.Text.RegularExpressions;
using Chatctl.Core;
using Chatctl.Logging;
using Microsoft.Extensions.Logging;

namespace Chatctl.Tests.Logging;

/// <summary>The tables of docs/log.md are what a program that filters the log by number relies on.</summary>
public sealed partial class EventTableTests
{
    [Fact]
    public void The_table_of_events_is_what_the_code_has()
    {
        string[] inCode = [.. Events().Select(it => Row(it.Id, it.Name, it.Level, it.Text))];
        string[] inTable = [.. TableRow().Matches(Document).Select(row => $"{row.Groups["id"]} {row.Groups["name"]} {row.Groups["level"]} {Values(row.Groups["values"].Value)}".TrimEnd())];
        Assert.Equal(inTable.Order(), inCode.Order());
        Assert.Equal(inTable.Length, inTable.Select(row => row.Split(' ')[0]).Distinct().Count());
    }

    [Fact]
    public void The_texts_of_the_events_are_Approved() => ApprovedFile.CheckPart(
        "docs/log.md",
        "<!-- written by the tests, from the code -->",
        $"| id | text |\n| --- | --- |\n{string.Concat(Events().OrderBy(it => it.Id).Select(it => $"| {it.Id} | {it.Text} |\n"))}");

    [Fact]
    public void The_table_of_instruments_is_what_the_meter_has()
    {
        var instruments = new List<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == RoomMeter.Name)
                {
                    instruments.Add($"{instrument.Name} {instrument.Unit}");
                }
            },
        };
        using var room = new Room(new RoomOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Room>.Instance);
        using var meter = new RoomMeter(room);
        listener.Start();
        Assert.Equal(InstrumentRow().Matches(Document).Select(row => $"{row.Groups["name"]} {row.Groups["unit"]}").Order(), instruments.Distinct().Order());
    }

    private static IEnumerable<(int Id, string Name, LogLevel Level, string Text)> Events()
    {
        // Some messages belong to plugins, and the tests do not refer to plugins.
        string[] plugins = ["tls/Chatctl.Transport.Sockets.dll", "tls/Chatctl.Transport.Tls.dll", "redis/Chatctl.Backplane.Redis.dll"];
        Assembly[] assemblies =
        [
            typeof(Room).Assembly, typeof(StandardErrorLoggers).Assembly,
            .. plugins.Select(file => Assembly.LoadFrom(Path.Combine(Path.GetDirectoryName(ToolProcess.Executable)!, "plugins", file))),
        ];
        return assemblies.SelectMany(assembly => assembly.GetTypes()).SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (Method: method, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(it => it.Message is not null)
            .Select(it => (it.Message!.EventId, it.Method.Name, it.Message.Level, it.Message.Message!))
            .Append((StandardErrorLoggers.LinesLost.Id, StandardErrorLoggers.LinesLost.Name!, LogLevel.Warning, StandardErrorLoggers.LinesLostMessage));
    }

    private static string Document => File.ReadAllText(
        typeof(EventTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "LogDocument").Value!);

    private static string Row(int id, string name, LogLevel level, string? message) => string.Join(
        ' ', [$"{id}", name, level.ToString().ToLowerInvariant(), .. id == 207 ? ["as", "below"] : Placeholder().Matches(message!).Select(value => $"{char.ToLowerInvariant(value.Groups[1].Value[0])}{value.Groups[1].Value[1..]}")]);

    private static string Values(string cell) => cell.Replace("`", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^\| (?<id>\d+) \| (?<name>\w+) \| (?<level>\w+) \|(?<values>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^\| `(?<name>chatctl\.[a-z.]+)` \| `(?<unit>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
