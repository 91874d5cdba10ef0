using Chatctl.Fuzz;

namespace Chatctl.Tests;

/// <summary>Runs the inputs that fuzzing (tests/fuzz) has found and kept.</summary>
public sealed class EndpointCorpusTests
{
    public static TheoryData<string> Inputs =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void An_endpoint_means_the_same_after_it_is_written_and_read_again(string input) =>
        EndpointTarget.Run(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "corpus", input)));
}
