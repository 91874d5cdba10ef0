using System.Net;
using System.Net.Sockets;
using Chatctl.Core.Access;
using Chatctl.Serve;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Tests.Serve;

/// <summary>Which tokens the server looks at, and whose guesses count together.</summary>
public sealed class AccessControlTests
{
    private static readonly string Good = AccessToken.Create();

    private readonly FakeTimeProvider _time = new();
    private readonly AccessControl _control;

    public AccessControlTests() => _control = new AccessControl(RuleSyntax.Read($"ann {AccessToken.ProofOf(Good)} read\n"), _time);

    public static TheoryData<string?, bool, bool> Ways => new()
    {
        { "127.0.0.1", false, true },
        { "127.9.9.9", false, true },
        { "::1", false, true },
        { "::ffff:127.0.0.1", false, true },
        { "unix", false, true },
        { "10.0.0.1", true, true },
        { "10.0.0.1", false, false },
        { "::ffff:10.0.0.1", false, false },
        { "2001:db8::1", false, false },
        { null, false, false },
        { null, true, true },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_token_is_looked_at_only_if_nobody_on_the_way_could_read_it(string? address, bool isEncrypted, bool isLookedAt)
    {
        TokenAnswer answer = _control.Check(From(address, isEncrypted), Good);
        Assert.Equal(isLookedAt ? TokenResult.Accepted : TokenResult.InTheClear, answer.Result);
        Assert.Equal(isLookedAt, answer.Principal is not null);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8:1:2:3::1", "2001:db8:1:2:4::1", true)]
    [InlineData("2001:db8:1:2:3::1", "2001:db8:1:3::1", false)]
    [InlineData("10.0.0.1", "unix", false)]
    public void Guesses_from_one_address_count_together(string guesser, string other, bool waits)
    {
        for (int guess = 0; guess < 5; guess++)
        {
            Assert.Equal(TokenResult.Wrong, _control.Check(From(guesser, true), "wrong").Result);
        }

        Assert.Equal(new TokenAnswer(TokenResult.TooManyGuesses, Wait: TimeSpan.FromSeconds(1)), _control.Check(From(guesser, true), Good));
        Assert.Equal(waits ? TokenResult.TooManyGuesses : TokenResult.Accepted, _control.Check(From(other, true), Good).Result);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenResult.Accepted, _control.Check(From(guesser, true), Good).Result);
    }

    [Fact]
    public void Guesses_over_Unix_sockets_count_for_their_user()
    {
        var ann = new Chatctl.Peer(new UnixDomainSocketEndPoint("room"), UserName: "ann");
        for (int guess = 0; guess < 5; guess++)
        {
            _control.Check(ann, "wrong");
        }

        Assert.Equal(TokenResult.TooManyGuesses, _control.Check(ann, Good).Result);
        Assert.Equal(TokenResult.Accepted, _control.Check(ann with { UserName = "bob" }, Good).Result);
    }

    private static Chatctl.Peer From(string? address, bool isEncrypted) => new(
        address is null ? null : address == "unix" ? new UnixDomainSocketEndPoint("room") : new IPEndPoint(IPAddress.Parse(address), 1), IsEncrypted: isEncrypted);
}
