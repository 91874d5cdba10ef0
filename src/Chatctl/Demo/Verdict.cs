namespace Chatctl.Demo;

/// <summary>What a member sent and received.</summary>
/// <param name="Name">How the report calls it.</param>
/// <param name="Sent">Its own lines, in their order. No two lines of the room are equal.</param>
/// <param name="Received">What arrived, in its order.</param>
/// <param name="Fault">What went wrong with its connection; null if nothing did.</param>
/// <param name="Loss">How it lost its connection on purpose; null if it did not.</param>
internal sealed record Account(string Name, IReadOnlyList<string> Sent, IReadOnlyList<string> Received, string? Fault = null, Loss? Loss = null);

/// <summary>A connection that was lost in the middle.</summary>
/// <param name="Before">How many lines had arrived over it.</param>
internal sealed record Loss(int Before);

/// <summary>Whether every line reached all other members, complete and in one order.</summary>
/// <param name="Faults">What did not hold, each as a sentence; none if all held.</param>
/// <param name="Order">The one order of all lines; empty if there is none.</param>
internal sealed record Verdict(IReadOnlyList<string> Faults, IReadOnlyList<string> Order)
{
    /// <summary>Whether all held.</summary>
    public bool IsGood => Faults.Count == 0;

    /// <summary>Judges what the members of a room sent and received.</summary>
    /// <param name="accounts">One for each member.</param>
    public static Verdict Of(IReadOnlyList<Account> accounts)
    {
        List<string> faults = [.. accounts.SelectMany(account => FaultsOf(account, accounts))];
        if (faults.Count > 0)
        {
            return new Verdict(faults, []);
        }

        return Merge(accounts) is { } order
            ? new Verdict([], order)
            : new Verdict(["The members did not receive the lines in one order."], []);
    }

    private static IEnumerable<string> FaultsOf(Account account, IReadOnlyList<Account> accounts)
    {
        if (account.Fault is { } fault)
        {
            yield return $"{account.Name}: {fault}.";
        }

        if (account.Loss is { } loss && (loss.Before == 0 || loss.Before >= account.Received.Count))
        {
            yield return $"{account.Name} lost its connection after {loss.Before} of {account.Received.Count} lines, which is not in the middle.";
        }

        foreach (string line in accounts.Where(other => other != account).SelectMany(other => other.Sent))
        {
            int copies = account.Received.Count(received => received == line);
            if (copies != 1)
            {
                yield return copies == 0 ? $"{account.Name} did not receive \"{line}\"." : $"{account.Name} received \"{line}\" {copies} times.";
            }
        }

        foreach (string line in account.Received.Distinct())
        {
            if (account.Sent.Contains(line))
            {
                yield return $"{account.Name} received its own line \"{line}\".";
            }
            else if (!accounts.Any(other => other.Sent.Contains(line)))
            {
                yield return $"{account.Name} received \"{line}\", which no member sent.";
            }
        }
    }

    /// <summary>
    /// Finds the one order. Each member's view is a chain: its own lines, and the lines that it received. The next line of the room is the one that
    /// stands first in every chain that has it.
    /// </summary>
    /// <returns>Null if the chains contradict each other.</returns>
    private static List<string>? Merge(IReadOnlyList<Account> accounts)
    {
        List<Queue<string>> chains = [.. accounts.SelectMany(account => new[] { account.Sent, account.Received }).Select(lines => new Queue<string>(lines))];
        List<string> order = [];
        while (chains.Exists(chain => chain.Count > 0))
        {
            string? next = chains.Where(chain => chain.Count > 0).Select(chain => chain.Peek())
                .FirstOrDefault(line => chains.TrueForAll(chain => !chain.Contains(line) || chain.Peek() == line));
            if (next is null)
            {
                return null;
            }

            order.Add(next);
            foreach (Queue<string> chain in chains.Where(chain => chain.TryPeek(out string? first) && first == next))
            {
                chain.Dequeue();
            }
        }

        return order;
    }
}
