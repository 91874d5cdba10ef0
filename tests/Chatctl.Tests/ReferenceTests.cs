using System.Text.RegularExpressions;
using Chatctl.Cli;
using Chatctl.Completion;
using Chatctl.Manual;

namespace Chatctl.Tests;

/// <summary>Whatever the command line takes is told wherever a user may look for it.</summary>
public sealed partial class ReferenceTests
{
    private static readonly CommandModel Model = CommandModel.Read();

    public static TheoryData<string> Verbs => [.. Model.Verbs.Select(verb => verb.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_option_is_in_the_help(string verb)
    {
        using var tool = ToolProcess.Start(verb, "--help");
        string help = (await tool.FinishAsync()).Text;
        AssertTold(verb, option => help.Contains($"  {string.Join('|', option.Names)}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_option_is_in_the_manual(string verb)
    {
        string page = Written(ManualPage.Write);
        string section = page[page.IndexOf($".SS {verb}\n", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n.S", 5, StringComparison.Ordinal)];
        AssertTold(verb, option => section.Contains(
            $"\n{string.Join(", ", option.Names.Select(name => $"\\fB{name.Replace("-", "\\-", StringComparison.Ordinal)}\\fR"))}", StringComparison.Ordinal));
        AssertTold(verb, option => option.Variable is null || page.Contains($"\\fB{option.Variable}\\fR", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_option_is_in_every_completion(string verb)
    {
        string bash = Written(BashCompletion.Write), zsh = Written(ZshCompletion.Write), fish = Written(FishCompletion.Write), pwsh = Written(PowerShellCompletion.Write);
        string ofBash = Assert.Single(bash.Split('\n'), line => line.StartsWith($"        {verb}) ", StringComparison.Ordinal));
        string ofZsh = zsh[zsh.IndexOf($"\n                {verb})\n", StringComparison.Ordinal)..];
        ofZsh = ofZsh[..ofZsh.IndexOf(";;", StringComparison.Ordinal)];
        AssertTold(verb, option => option.Names.All(name =>
            Regex.IsMatch(ofBash, $"[ ']{name}[ ']")
            && Regex.IsMatch(ofZsh, $@"\){name}(=-?)?\[")
            && Regex.IsMatch(fish, $"__chatctl_at {verb}\".* {(name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {name[1..]}")} ")
            && Regex.IsMatch(pwsh, $"Verb = '{verb}'; Names = @[^)]*'{name}'")));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_option_is_in_the_README(string verb)
    {
        string readme = File.ReadAllText(Path.Combine(Repository(), "README.md"));
        int start = readme.IndexOf($"\n`chatctl {verb} [", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the README has no table of the options of '{verb}', after a line that begins with `chatctl {verb} [");
        int end = Regex.Match(readme[(start + 1)..], "\n(`chatctl |## )").Index;
        string section = readme.Substring(start, end);

        // Help and version are where everybody expects them.
        AssertTold(verb, option => option.Variable is null || option.Names.All(name => Regex.IsMatch(section, $"[`[]{name}[` \\]]")));
    }

    [Fact]
    public void The_README_and_the_manual_have_the_same_exit_codes()
    {
        string readme = File.ReadAllText(Path.Combine(Repository(), "README.md"));
        string table = readme[readme.IndexOf("## Exit codes", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n## ", StringComparison.Ordinal)];
        Assert.Equal(
            ExitCode.Meanings.Select(row => $"| {row.Code} | {row.Meaning} |"),
            table.Split('\n').Where(line => TableRow().IsMatch(line)));
    }

    [Fact]
    public void What_is_hidden_is_nowhere()
    {
        Assert.DoesNotContain(Model.Verbs, verb => verb.Name == "man");
        Assert.DoesNotContain(" man ", Written(BashCompletion.Write), StringComparison.Ordinal);
    }

    private static void AssertTold(string verb, Func<OptionModel, bool> isTold)
    {
        OptionModel[] options = [.. Model.Verbs.Single(v => v.Name == verb).Options];
        Assert.NotEmpty(options);
        Assert.Empty(options.Where(option => !isTold(option)).Select(option => string.Join('|', option.Names)));
    }

    private static string Written(Action<CommandModel, TextWriter> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(Model, writer);
        return writer.ToString();
    }

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "chatctl.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run in a clone");
        }

        return folder;
    }

    [GeneratedRegex("^\\| [0-9]")]
    private static partial Regex TableRow();
}
