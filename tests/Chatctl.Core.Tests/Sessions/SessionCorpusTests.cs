using Chatctl.Fuzz;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>Replays the inputs that fuzzing has kept (tests/fuzz).</summary>
public sealed class SessionCorpusTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "corpus", "sessions");

    public static TheoryData<string> Inputs => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void What_clients_send_is_understood_as_any_JSON_reader_does(string input) => SessionTarget.Run(File.ReadAllBytes(Path.Combine(Folder, input)));
}
