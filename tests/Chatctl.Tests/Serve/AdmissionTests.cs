using System.Net;
using System.Net.Sockets;
using Chatctl.Serve;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Tests.Serve;

/// <summary>Which clients the rules let in.</summary>
public sealed class AdmissionTests : IDisposable
{
    private const long NoLimit = long.MaxValue;
    private static readonly EndPoint Unix = new UnixDomainSocketEndPoint("room");

    private readonly FakeTimeProvider _time = new();
    private readonly Listing _log = new();
    private readonly List<Admission> _admissions = [];

    public void Dispose() => _admissions.ForEach(admission => admission.Dispose());

    [Theory]
    [InlineData("10.1.2.3", "10.0.0.0/8", "", true)]
    [InlineData("11.1.2.3", "10.0.0.0/8", "", false)]
    [InlineData("11.1.2.3", "10.0.0.0/8 11.0.0.0/8", "", true)]
    [InlineData("10.1.2.3", "", "10.0.0.0/8", false)]
    [InlineData("11.1.2.3", "", "10.0.0.0/8", true)]
    [InlineData("10.1.2.3", "10.0.0.0/8", "10.1.0.0/16", false)]
    [InlineData("10.1.2.3", "10.1.2.3", "10.0.0.0/8", false)]
    [InlineData("10.1.2.3", "10.1.2.3", "", true)]
    [InlineData("10.1.2.4", "10.1.2.3", "", false)]
    [InlineData("::ffff:10.1.2.3", "10.0.0.0/8", "", true)]
    [InlineData("::ffff:10.1.2.3", "", "10.0.0.0/8", false)]
    [InlineData("10.1.2.3", "", "::ffff:10.0.0.0/104", false)]
    [InlineData("10.1.2.3", "", "::ffff:10.1.2.3", false)]
    [InlineData("10.1.2.3", "::/0", "", false)]
    [InlineData("::1", "::1", "", true)]
    [InlineData("fe80::1", "", "fe80::/10", false)]
    [InlineData("10.1.2.3", "0.0.0.0/0", "", true)]
    public void Networks_are_allowed_and_denied(string address, string allowed, string denied, bool admitted)
    {
        Admission admission = Open(NoLimit, NoLimit, allowed, denied);
        Assert.Equal(admitted, admission.Admits(At(address), out string reason));
        Assert.Equal(admitted ? "" : "its address is not allowed", reason);
    }

    [Fact]
    public void Unix_sockets_have_no_address_to_deny_and_another_client_without_an_address_is_let_in_only_without_rules()
    {
        Assert.True(Open(NoLimit, 1, "10.0.0.0/8", "0.0.0.0/0").Admits(Unix, out _));
        Assert.False(Open(NoLimit, 1, "", "10.0.0.0/8").Admits(null, out _));
        Assert.True(Open(NoLimit, 1).Admits(null, out _));
    }

    [Fact]
    public void The_room_is_full_until_a_client_leaves_through_whichever_door_they_came()
    {
        Admission admission = Open(3, NoLimit);
        Assert.True(admission.Admits(At("10.0.0.1"), out _));
        Assert.True(admission.Admits(Unix, out _));
        Assert.True(admission.Admits(null, out _));
        Assert.False(admission.Admits(Unix, out string reason));
        Assert.Equal("the room is full (3 clients)", reason);
        admission.Left(null);
        Assert.True(admission.Admits(At("10.0.0.2"), out _));
        Assert.False(admission.Admits(At("10.0.0.2"), out _));
    }

    [Fact]
    public void An_address_has_its_share_until_a_client_from_there_leaves_and_both_forms_of_the_address_count_as_one()
    {
        Admission admission = Open(NoLimit, 2);
        Assert.True(admission.Admits(At("10.0.0.1"), out _));
        Assert.True(admission.Admits(At("::ffff:10.0.0.1"), out _));
        Assert.False(admission.Admits(At("10.0.0.1"), out string reason));
        Assert.Equal("there are 2 clients from its address already", reason);
        Assert.True(admission.Admits(At("10.0.0.2"), out _));
        admission.Left(At("10.0.0.2"));
        Assert.False(admission.Admits(At("::ffff:10.0.0.1"), out _));
        admission.Left(At("10.0.0.1"));
        Assert.True(admission.Admits(At("10.0.0.1"), out _));
        for (int i = 0; i < 5; i++)
        {
            Assert.True(admission.Admits(Unix, out _));
        }
    }

    [Fact]
    public void Refusals_are_logged_once_a_second_with_the_number_that_was_left_out()
    {
        Admission admission = Open(0, NoLimit);
        Refuse(admission, 1);
        Assert.Equal(["refused 10.0.0.1:1: the room is full (0 clients)"], _log.Lines);
        Refuse(admission, 1000);
        Assert.Single(_log.Lines);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("refused 1000 more, the last of them 10.0.0.1:1: the room is full (0 clients)", _log.Lines[^1]);
        Refuse(admission, 2);
        Assert.Equal(2, _log.Lines.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("refused 2 more", _log.Lines[^1], StringComparison.Ordinal);

        // After a second without a refusal, the next one is logged at once again.
        _time.Advance(TimeSpan.FromSeconds(1));
        Refuse(admission, 1);
        Assert.Equal("refused 10.0.0.1:1: the room is full (0 clients)", _log.Lines[^1]);
        Assert.Equal(4, _log.Lines.Count);
    }

    [Theory]
    [InlineData(96, 1)]
    [InlineData(320, 152)]
    [InlineData(1024, 832)]
    [InlineData(20_000, 19_808)]
    [InlineData(10, 1)]
    public void The_number_of_clients_leaves_some_descriptors_to_the_process(long limit, long clients) => Assert.Equal(clients, AdmissionLimits.Affordable(limit));

    [Theory]
    [InlineData("")]
    [InlineData("ops")]
    [InlineData("10.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("::/129")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.1:80")]
    public void A_text_that_is_not_a_network_is_refused(string text) => Assert.False(NetworkRules.TryParse(text, out _));

    private static IPEndPoint At(string address) => new(IPAddress.Parse(address), 1);

    private static void Refuse(Admission admission, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.False(admission.Admits(At("10.0.0.1"), out _));
        }
    }

    private Admission Open(long clients, long clientsPerAddress, string allowed = "", string denied = "")
    {
        static IPNetwork[] Networks(string texts) => Array.ConvertAll(
            texts.Split(' ', StringSplitOptions.RemoveEmptyEntries), text => NetworkRules.TryParse(text, out IPNetwork network) ? network : throw new FormatException(text));

        var admission = new Admission(new AdmissionLimits(clients, clientsPerAddress, new NetworkRules(Networks(allowed), Networks(denied))), _time, _log);
        _admissions.Add(admission);
        return admission;
    }

    private sealed class Listing : ILogger
    {
        public List<string> Lines { get; } = [];

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
