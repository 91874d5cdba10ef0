using System.Net;

namespace Chatctl.Demo;

/// <summary>Tells in plain text what happened in a demonstration. It looks the same on a terminal and in a pipe.</summary>
internal static class DemoReport
{
    private const string Gap = "   ";

    /// <summary>Writes the report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="room">Where the room was.</param>
    /// <param name="transport">What served it.</param>
    /// <param name="accounts">What each member sent and received.</param>
    /// <param name="verdict">What came of it.</param>
    public static void Write(TextWriter output, IPEndPoint room, string transport, IReadOnlyList<Account> accounts, Verdict verdict)
    {
        output.WriteLine($"A room was open at {room}, served by the transport {transport}.");
        output.WriteLine("ann and bob had a session each, and nc was a plain TCP client. All three sent");
        output.WriteLine("lines at the same time. A fourth member only listened.");
        output.WriteLine("This is what each of them received:");
        output.WriteLine();
        if (verdict.IsGood)
        {
            WriteTable(output, accounts, verdict.Order);
            int copies = accounts.Sum(account => account.Received.Count);
            output.WriteLine();
            output.WriteLine($"Verdict: good. {verdict.Order.Count} lines made {copies} deliveries.");
            output.WriteLine("Every line reached all other members, complete and in one order.");
            foreach (Account account in accounts)
            {
                if (account.Loss is { } loss)
                {
                    output.WriteLine($"{account.Name} lost its connection after {loss.Before} lines and came back: {account.Received.Count} lines, each once.");
                }
            }
        }
        else
        {
            WriteBlocks(output, accounts);
            output.WriteLine("Verdict: bad.");
            foreach (string fault in verdict.Faults)
            {
                output.WriteLine($"  {fault}");
            }
        }
    }

    /// <summary>Writes the commands by which a user opens and joins such a room.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="room">An address that is free.</param>
    /// <param name="tool">The command that starts this tool.</param>
    public static void WriteCommands(TextWriter output, IPEndPoint room, string tool)
    {
        output.WriteLine();
        output.WriteLine("Open such a room and join it by hand, with each command in a terminal of its own:");
        output.WriteLine();
        output.WriteLine($"  {tool} serve {room}");
        output.WriteLine($"  {tool} connect {room} -N ann");
        output.WriteLine($"  nc {room.Address} {room.Port}");
        output.WriteLine($"  seq 3 | {tool} connect {room}");
    }

    /// <summary>A row for each line of the room, in the room's order, and a column for each member.</summary>
    private static void WriteTable(TextWriter output, IReadOnlyList<Account> accounts, IReadOnlyList<string> order)
    {
        List<string[]> rows = [[.. accounts.Select(account => account.Name)]];
        rows.AddRange(order.Select(line => (string[])[.. accounts.Select(account => account.Sent.Contains(line) ? "(its own line)" : line)]));
        int[] widths = [.. accounts.Select((_, column) => rows.Max(row => row[column].Length))];
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        foreach (string[] row in rows)
        {
            output.WriteLine($"  {string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column])))}".TrimEnd());
        }
    }

    private static void WriteBlocks(TextWriter output, IReadOnlyList<Account> accounts)
    {
        foreach (Account account in accounts)
        {
            output.WriteLine($"  {account.Name} received {account.Received.Count} lines:");
            foreach (string line in account.Received)
            {
                output.WriteLine($"    {line}");
            }

            output.WriteLine();
        }
    }
}
