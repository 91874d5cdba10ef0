using System.Text.RegularExpressions;
using Chatctl.Cli;
using Chatctl.Completion;
using Chatctl.Manual;

namespace Chatctl.Tests;

/// <summary>Every option is in every place where a user may look for it.</summary>
public sealed class ReferenceTests
{
    private static readonly CommandModel Model = CommandModel.Read();

    public static TheoryData<string> Verbs => [.. Model.Verbs.Select(verb => verb.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_option_is_in_the_help(string verb)
    {
        using var tool = ToolProcess.Start(verb, "--help");
        string help = (await tool.FinishAsync()).Text;
        AssertInAll(verb, option => help.Contains($"  {option.Usage}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_option_is_in_the_manual(string verb)
    {
        string page = Written(ManualPage.Write);
        string section = page[page.IndexOf($".SS {verb}\n", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n.S", 5, StringComparison.Ordinal)];
        AssertInAll(verb, option => section.Contains(
            $"\n{string.Join(", ", option.Names.Select(name => $"\\fB{name.Replace("-", "\\-", StringComparison.Ordinal)}\\fR"))}", StringComparison.Ordinal));
        AssertInAll(verb, option => option.Variable is null || page.Contains($"\\fB{option.Variable}\\fR", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_option_is_in_every_completion(string verb)
    {
        string bash = Written(BashCompletion.Write), zsh = Written(ZshCompletion.Write), fish = Written(FishCompletion.Write), pwsh = Written(PowerShellCompletion.Write);
        string ofBash = Assert.Single(bash.Split('\n'), line => line.StartsWith($"        {verb}) ", StringComparison.Ordinal));
        string ofZsh = zsh[zsh.IndexOf($"\n                {verb})\n", StringComparison.Ordinal)..];
        ofZsh = ofZsh[..ofZsh.IndexOf(";;", StringComparison.Ordinal)];
        AssertInAll(verb, option => option.Names.All(name =>
            Regex.IsMatch(ofBash, $"[ ']{name}[ ']")
            && Regex.IsMatch(ofZsh, $@"\){name}(=-?)?\[")
            && Regex.IsMatch(fish, $"__chatctl_at {verb}\".* {(name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {name[1..]}")} ")
            && Regex.IsMatch(pwsh, $"Verb = '{verb}'; Names = @[^)]*'{name}'")));
    }

    private static void AssertInAll(string verb, Func<OptionModel, bool> isThere)
    {
        OptionModel[] options = [.. Model.Verbs.Single(v => v.Name == verb).Options];
        Assert.NotEmpty(options);
        Assert.Empty(options.Where(option => !isThere(option)).Select(option => string.Join('|', option.Names)));
    }

    private static string Written(Action<CommandModel, TextWriter> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(Model, writer);
        return writer.ToString();
    }
}
