using System.Globalization;
using Chatctl.Core.Tests.Model;
using CsCheck;
using Xunit.Abstractions;

namespace Chatctl.Core.Tests;

public sealed class SessionsAgainstModelTests(ITestOutputHelper output)
{
    /// <summary>The environment variable that asks for more scenarios than these, or fewer. A scenario has about 150 steps.</summary>
    private const string Scenarios = "CHATCTL_TEST_SCENARIOS";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_room_with_sessions_behaves_as_its_model_in_random_scenarios(bool isShared)
    {
        // A failure names the seed that reproduces it (CsCheck_Seed in the environment), and prints the shortest scenario that was found.
        int count = int.TryParse(Environment.GetEnvironmentVariable(Scenarios), CultureInfo.InvariantCulture, out int wanted) ? wanted : 400;
        SessionTally sum = new();
        SessionScenario.Any.Sample(
            scenario =>
            {
                SessionTally tally = RunOrExplain(scenario, isShared);
                lock (sum)
                {
                    sum.Add(tally);
                }
            },
            iter: count,
            print: scenario => scenario.ToString());

        output.WriteLine($"{sum}");
        Assert.True(sum.Steps >= 50L * count, $"only {sum}");
        Assert.True(Math.Min(Math.Min(sum.Acks, sum.Gaps), Math.Min(sum.Missed, sum.Resumed)) >= count / 10, $"only {sum}");
        Assert.True(sum.Evictions >= count / 100, $"only {sum}");
    }

    /// <summary>If a scenario shows a difference, fails with the fewest of its steps that still show one.</summary>
    private static SessionTally RunOrExplain(SessionScenario scenario, bool isShared)
    {
        try
        {
            return SessionComparison.Run(scenario, isShared);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            (SessionScenario shortest, Exception why) = Shorten(scenario, e, isShared);
            throw new InvalidOperationException($"{why.Message}\n{shortest}", why);
        }
    }

    private static (SessionScenario Shortest, Exception Why) Shorten(SessionScenario scenario, Exception why, bool isShared)
    {
        for (int size = scenario.Steps.Length / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= scenario.Steps.Length;)
            {
                SessionScenario shorter = scenario with { Steps = [.. scenario.Steps[..at], .. scenario.Steps[(at + size)..]] };
                try
                {
                    SessionComparison.Run(shorter, isShared);
                    at += size;
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    (scenario, why) = (shorter, e);
                }
            }
        }

        return (scenario, why);
    }
}
