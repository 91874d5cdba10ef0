using Chatctl.Core.Access;

namespace Chatctl.Core.Tests.Access;

/// <summary>How rules are read.</summary>
public sealed class RulesTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF";

    [Fact]
    public void A_line_is_a_name_a_proof_and_rights()
    {
        AccessRules rules = RuleSyntax.Read($"# who may join\r\n\r\nann\ttoken:sha256:{Hash}  read,write # her laptop\r\nann cert:Ann Example read\n  böb user:bob write,read\n");
        Assert.Equal(3, rules.Count);
        Assert.Equal(new Principal("ann", true, false, "cert:Ann Example"), rules.Find(new Peer(null, "Ann Example", "bob")));
        Assert.Equal(new Principal("böb", true, true, "user:bob"), rules.Find(new Peer(null, "Eve", "bob")));
        Assert.Null(rules.Find(Peer.Unknown));
        Assert.True(rules.Holds(new Principal("ann", true, true, "token:sha256:" + Hash.ToLowerInvariant())));
        Assert.False(rules.Holds(new Principal("ann", true, false, "token:sha256:" + Hash.ToLowerInvariant())));
    }

    [Theory]
    [InlineData("\n\nann\n", 3, "something is missing")]
    [InlineData("ann read\n", 1, "something is missing")]
    [InlineData("ann   read\n", 1, "something is missing")]
    [InlineData("ann user:ann reed\n", 1, "'reed' are no rights")]
    [InlineData("ann user:ann read,read\n", 1, "no rights")]
    [InlineData("ann user:ann read,\n", 1, "no rights")]
    [InlineData("ann user: read\n", 1, "the proof is none")]
    [InlineData("ann key:x read\n", 1, "the proof is none")]
    [InlineData("ann token:sha256:12 read\n", 1, "64 hexadecimal digits")]
    [InlineData("a\u202enn user:ann read\n", 1, "U+202E")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaa user:ann read\n", 1, "at most 24 characters")]
    [InlineData("ann user:ann read\nbob user:ann read\n", 2, "for 'ann'")]
    [InlineData("ann user:ann read\nANN user:bob read\n", 2, "the same as 'ann'")]
    [InlineData("ann-2 user:bob read\nann user:ann read\n", 1, "another session of 'ann'")]
    public void A_bad_line_is_told_by_its_number(string text, int line, string message)
    {
        BadRuleException bad = Assert.Throws<BadRuleException>(() => RuleSyntax.Read(text));
        Assert.Equal(line, bad.Line);
        Assert.Contains(message, bad.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nobody\n\n")]
    public void Rules_by_which_nobody_could_join_are_none(string text) => Assert.Null(Assert.Throws<BadRuleException>(() => RuleSyntax.Read(text)).Line);

    [Theory]
    [InlineData("{0} ann read")]
    [InlineData("ann {0} read")]
    [InlineData("ann token:{0} read")]
    [InlineData("ann token:sha256:{0} read")]
    [InlineData("ann read {0}")]
    public void A_token_in_the_wrong_place_is_not_repeated(string line)
    {
        string token = AccessToken.Create();
        Assert.DoesNotContain(token, Assert.Throws<BadRuleException>(() => RuleSyntax.Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, token))).ToString());
    }

    [Fact]
    public void A_token_is_found_by_its_hash_alone()
    {
        string[] tokens = [AccessToken.Create(), AccessToken.Create(), AccessToken.Create()];
        Assert.All(tokens, token => Assert.True(AccessToken.IsToken(token)));
        Assert.Equal(3, tokens.Distinct().Count());
        string text = string.Concat(tokens.Select((token, index) => $"n{index} {AccessToken.ProofOf(token)} read\n"));
        AccessRules rules = RuleSyntax.Read(text);
        Assert.All(tokens, token => Assert.DoesNotContain(token, text));
        Assert.Equal(["n0", "n1", "n2"], tokens.Select(token => rules.Find(token)!.Name));
        Assert.Null(rules.Find(tokens[0] + " "));
        Assert.Null(rules.Find(tokens[0][..^1]));
        Assert.Null(rules.Find(""));
    }

    [Fact]
    public void The_hash_of_a_password_lets_nobody_in() => Assert.Null(RuleSyntax.Read($"ann {AccessToken.ProofOf("secret")} read\n").Find("secret"));

    [Theory]
    [InlineData("")]
    [InlineData("chatctl_")]
    [InlineData("chatctl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("chatctl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    [InlineData("chatctl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("ghp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_has_another_form_is_no_token(string text) => Assert.False(AccessToken.IsToken(text));

    [Theory]
    [InlineData("ann", "ann")]
    [InlineData("Ann", "ann")]
    [InlineData("ann-2", "ann")]
    [InlineData("ann-", null)]
    [InlineData("ann-x", null)]
    [InlineData("anna", null)]
    [InlineData("-2", null)]
    public void A_name_is_its_principals_with_a_number_too(string name, string? owner) => Assert.Equal(owner, RuleSyntax.Read("ann user:ann read\n").OwnerOf(name));
}
