namespace Chatctl.Hosting.Tests;

public sealed class ContractVersionTests
{
    [Theory]
    [InlineData("1.2.0.0", "1.2.0.0")]
    [InlineData("1.1.0.0", "1.2.0.0")]
    [InlineData("0.3.0.0", "0.3.0.0")]
    [InlineData("0.3.7.0", "0.3.0.0")]
    public void A_plugin_fits_a_tool_of_the_same_or_a_newer_minor_version(string built, string host) =>
        Assert.True(ContractVersion.Fits(Version.Parse(built), Version.Parse(host)));

    [Theory]
    [InlineData("1.3.0.0", "1.2.0.0")]
    [InlineData("2.0.0.0", "1.2.0.0")]
    [InlineData("1.2.0.0", "2.2.0.0")]
    [InlineData("0.2.0.0", "0.3.0.0")]
    [InlineData("0.4.0.0", "0.3.0.0")]
    [InlineData("0.1.0.0", "1.1.0.0")]
    public void A_plugin_does_not_fit_another_major_version_or_a_newer_minor_one(string built, string host) =>
        Assert.False(ContractVersion.Fits(Version.Parse(built), Version.Parse(host)));

    [Fact]
    public void The_contract_keeps_its_assembly_version_through_patches()
    {
        Version version = typeof(ITransportPlugin).Assembly.GetName().Version!;
        Assert.Equal((0, 0), (version.Build, version.Revision));
    }
}
