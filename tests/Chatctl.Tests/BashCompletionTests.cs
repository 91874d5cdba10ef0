namespace Chatctl.Tests;

/// <summary>What bash itself offers after it has read the script. The last word of a list is the word to complete.</summary>
public sealed class BashCompletionTests
{
    private const string Complete = """
        source <("$CHATCTL" completion bash)
        cd "$1"
        shift
        COMP_WORDS=("$CHATCTL" "$@")
        COMP_CWORD=$#
        _chatctl
        ((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
        """;

    [Theory]
    [InlineData("", "bench cert completion connect demo man serve token transports")]
    [InlineData("s", "serve")]
    [InlineData("--v", "--version")]
    [InlineData("serve --fr", "--framing")]
    [InlineData("serve --framing ", "line nul raw")]
    [InlineData("serve --framing r", "raw")]
    [InlineData("serve --framing = ", "line nul raw")]
    [InlineData("serve --framing =", "line nul raw")]
    [InlineData("serve --framing = n", "nul")]
    [InlineData("serve -t ", "async saea select tls")]
    [InlineData("serve --echo --transport s", "saea select")]
    [InlineData("serve --max-line ", "")]
    [InlineData("serve --plugins ", "a folder,another")]
    [InlineData("serve ", "")]
    [InlineData("serve -- --fr", "")]
    [InlineData("serve -- --framing ", "")]
    [InlineData("connect --re", "--recv --recv-only --retry")]
    [InlineData("connect --tee ", "a folder,another,a file")]
    [InlineData("connect --retry --tim", "--timeout --timestamps")]
    [InlineData("connect serve --fr", "")]
    [InlineData("connect --linger ", "")]
    [InlineData("connect --na", "--name")]
    [InlineData("connect --position ", "a folder,another,a file")]
    [InlineData("cert ", "ca server client pin")]
    [InlineData("cert server --d", "--days --dir")]
    [InlineData("cert --dir ", "a folder,another")]
    [InlineData("transports --n", "--names")]
    [InlineData("man --m", "--markdown")]
    [InlineData("completion ", "bash zsh fish pwsh")]
    [InlineData("completion -", "-h --help")]
    [InlineData("nonsense ", "")]
    public async Task Bash_offers(string words, string expected)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a folder"]);
        Directory.CreateDirectory(folder["another"]);
        File.WriteAllText(folder["a file"], "");
        using var bash = ToolProcess.Shell(Complete, [folder.Root, .. words.Split(' ')]);
        ToolResult result = await bash.FinishAsync();
        Assert.Equal("", result.Error);
        string separator = expected.Contains(',', StringComparison.Ordinal) ? "," : " ";

        // Readline sorts them before it shows them.
        Assert.Equal(
            expected.Split(separator, StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }
}
