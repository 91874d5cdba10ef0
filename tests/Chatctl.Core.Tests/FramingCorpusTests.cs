using Chatctl.Fuzz;

namespace Chatctl.Core.Tests;

/// <summary>Replays the inputs that fuzzing has kept (tests/fuzz).</summary>
public sealed class FramingCorpusTests
{
    public static TheoryData<string> Inputs =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Chunks_become_the_same_units_as_single_bytes(string input) =>
        FramingTarget.Run(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "corpus", input)));
}
