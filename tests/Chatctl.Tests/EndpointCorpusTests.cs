using Chatctl.Fuzz;

namespace Chatctl.Tests;

/// <summary>What fuzzing has found worth keeping (tests/fuzz), once more.</summary>
public sealed class EndpointCorpusTests
{
    public static TheoryData<string> Inputs =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void What_is_understood_means_the_same_when_it_is_written_down_and_read_again(string input) =>
        EndpointTarget.Run(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "corpus", input)));
}
