using Chatctl.Fuzz;

namespace Chatctl.Core.Tests;

/// <summary>What fuzzing has found worth keeping (tests/fuzz), once more.</summary>
public sealed class FramingCorpusTests
{
    public static TheoryData<string> Inputs =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Chunks_become_units_as_they_would_one_byte_at_a_time(string input) =>
        FramingTarget.Run(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "corpus", input)));
}
