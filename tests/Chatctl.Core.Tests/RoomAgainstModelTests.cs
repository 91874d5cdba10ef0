using Chatctl.Core.Tests.Model;
using CsCheck;
using Xunit.Abstractions;

namespace Chatctl.Core.Tests;

public sealed class RoomAgainstModelTests(ITestOutputHelper output)
{
    [Fact]
    public void The_room_behaves_as_its_model_in_random_scenarios()
    {
        // A failure names the seed that reproduces it (CsCheck_Seed in the environment), and prints the shortest scenario that was found.
        long steps = 0;
        long skips = 0;
        long slow = 0;
        long unfinished = 0;
        Scenario.Any.Sample(
            scenario =>
            {
                (long skipped, long wereSlow, long wereUnfinished) = Comparison.Run(scenario);
                Interlocked.Add(ref skips, skipped);
                Interlocked.Add(ref slow, wereSlow);
                Interlocked.Add(ref unfinished, wereUnfinished);
                Interlocked.Add(ref steps, scenario.Steps.Length);
            },
            iter: 12_000,
            print: scenario => scenario.ToString());

        output.WriteLine($"{steps} steps, {skips} skips, {slow} evictions of slow members, {unfinished} for unfinished lines");
        Assert.True(Interlocked.Read(ref skips) >= 100, $"only {skips} skips");
        Assert.True(Interlocked.Read(ref slow) >= 100, $"only {slow} evictions of slow members");
        Assert.True(Interlocked.Read(ref unfinished) >= 100, $"only {unfinished} evictions for unfinished lines");
        Assert.True(Interlocked.Read(ref steps) >= 1_000_000, $"only {steps} steps");
    }
}
