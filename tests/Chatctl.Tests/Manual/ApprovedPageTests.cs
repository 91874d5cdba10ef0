using Chatctl.Cli;
using Chatctl.Manual;

namespace Chatctl.Tests.Manual;

/// <summary>The reference pages under <c>docs</c> have the same options as the help.</summary>
public sealed class ApprovedPageTests
{
    private static readonly CommandModel Model = CommandModel.Read();

    [Theory]
    [InlineData("serve")]
    [InlineData("connect")]
    [InlineData("bench")]
    public void The_options_of_a_reference_page_are_up_to_date(string verb) =>
        ApprovedFile.CheckPart($"docs/{verb}.md", $"<!-- written by: chatctl man --markdown {verb} -->", Reference(verb));

    [Theory]
    [InlineData("serve")]
    [InlineData("man")]
    public async Task A_command_prints_the_reference_of_a_verb(string verb)
    {
        using var tool = ToolProcess.Start("man", "--markdown", verb);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(Reference(verb), result.Text);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void A_bar_in_an_option_does_not_end_the_cell_of_the_table() =>
        Assert.Contains("| `--framing line\\|nul\\|raw` | ", Reference("serve"), StringComparison.Ordinal);

    private static string Reference(string verb)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        MarkdownReference.Write(Model, Model.Verbs.Single(model => model.Name == verb), writer);
        return writer.ToString();
    }
}
