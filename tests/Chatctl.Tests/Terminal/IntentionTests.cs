using Chatctl.Terminal;

namespace Chatctl.Tests.Terminal;

public sealed class IntentionTests
{
    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("", "")]
    [InlineData("a /who", "a /who")]
    [InlineData(" /who", " /who")]
    [InlineData("//who", "/who")]
    [InlineData("///", "//")]
    [InlineData("//", "/")]
    public void A_line_that_is_no_command_is_said(string line, string text) => Assert.Equal(new Intention.Say(text), Intention.Of(line));

    [Theory]
    [InlineData("/nick anna", "anna")]
    [InlineData("/nick   Ann  Lee ", "Ann  Lee")]
    public void A_person_takes_another_name(string line, string name) => Assert.Equal(new Intention.Rename(name), Intention.Of(line));

    [Fact]
    public void The_other_commands_stand_alone()
    {
        Assert.IsType<Intention.AskWho>(Intention.Of("/who"));
        Assert.IsType<Intention.AskWho>(Intention.Of("/who "));
        Assert.IsType<Intention.AskHelp>(Intention.Of("/help"));
        Assert.IsType<Intention.Leave>(Intention.Of("/quit"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/whom")]
    [InlineData("/Who")]
    [InlineData("/who bob")]
    [InlineData("/quit now")]
    [InlineData("/nick")]
    [InlineData("/nick ")]
    [InlineData("/usr/bin/env x")]
    public void Anything_else_behind_a_slash_is_a_mistake_and_is_not_said(string line) => Assert.IsType<Intention.Mistake>(Intention.Of(line));
}
