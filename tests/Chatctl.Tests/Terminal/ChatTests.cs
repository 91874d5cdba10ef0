using System.Text;
using Chatctl.Connect.Sessions;
using Chatctl.Terminal;

namespace Chatctl.Tests.Terminal;

/// <summary>A person in a session, without a terminal and without a server.</summary>
public sealed class ChatTests
{
    private static readonly ServerHello Hello = new("main", "k3f9", 10, 10, null, 7, "ann", false, 65535, new Dictionary<string, long>());

    private readonly Window _window = new();
    private readonly Requests _requests = new();
    private readonly List<string> _said = [];
    private readonly Chat _chat;

    public ChatTests() => _chat = Begun(bell: true);

    [Fact]
    public void An_own_line_waits_until_it_is_acknowledged_and_then_stands_among_the_others()
    {
        Assert.True(_chat.Enter(["hello"]));
        Assert.Equal(["hello"], _said);
        Assert.Equal(["ann: hello …"], _window.Waiting);
        Say("bob", "hi");
        Assert.Equal("bob: hi\n", _window.Text);
        _chat.Acknowledged(1, 11);
        Assert.Equal("bob: hi\nann: hello\n", _window.Text);
        Assert.Empty(_window.Waiting);
    }

    [Fact]
    public void One_ack_stands_for_all_lines_before_it_and_few_lines_are_shown_waiting()
    {
        _chat.Say(["1", "2", "3", "/4", "5"]);
        Assert.Equal(["… 2 more", "ann: 3 …", "ann: /4 …", "ann: 5 …"], _window.Waiting);
        _chat.Acknowledged(4, 14);
        Assert.Equal("ann: 1\nann: 2\nann: 3\nann: /4\n", _window.Text);
        _chat.Acknowledged(4, 14);
        Assert.Equal(["ann: 5 …"], _window.Waiting);
    }

    [Fact]
    public void A_refused_line_waits_no_more_and_the_next_ones_keep_their_numbers()
    {
        _chat.Say(["long", "short"]);
        _chat.Refused(new ServerError("too-long", "the text is too long", 1, false));
        Assert.Equal(["ann: short …"], _window.Waiting);
        _chat.Acknowledged(2, 10);
        Assert.Equal("not said: the text is too long: long\nann: short\n", _window.Text);
    }

    [Fact]
    public void A_line_that_the_server_would_not_take_is_not_sent()
    {
        _chat.Welcomed(Hello with { MaxText = 5 });
        _chat.Enter(["日本"]);
        _chat.Enter(["12345"]);
        Assert.Equal(["12345"], _said);
        Assert.Equal("not said: longer than 5 bytes: 日本\n", _window.Text);
        _chat.Acknowledged(1, 10);
        Assert.Equal("not said: longer than 5 bytes: 日本\nann: 12345\n", _window.Text);
    }

    [Fact]
    public void What_was_never_acknowledged_stays_marked_at_the_end()
    {
        _chat.Enter(["hello"]);
        _chat.Finish();
        Assert.Equal("ann: hello …\n", _window.Text);
        Assert.Empty(_window.Waiting);
    }

    [Fact]
    public void Without_a_line_editor_the_system_has_shown_the_own_line_already()
    {
        _window.HidesEntered = false;
        _chat.Enter(["hello"]);
        _chat.Acknowledged(1, 11);
        _chat.Finish();
        Assert.Equal("", _window.Text);
    }

    [Fact]
    public void Commands_ask_the_server_and_are_not_said()
    {
        Assert.True(_chat.Enter(["/nick anna"]));
        Assert.True(_chat.Enter(["/help"]));
        Assert.True(_chat.Enter(["/unknown"]));
        Assert.False(_chat.Enter(["/quit"]));
        Assert.Equal(["who", "nick anna"], _requests.Made);
        Assert.Empty(_said);
        Assert.StartsWith("/who ", _window.Text, StringComparison.Ordinal);
        Assert.EndsWith("there is no command /unknown; /help lists the commands\n", _window.Text, StringComparison.Ordinal);
        Assert.True(_chat.Enter(["//usr"]));
        Assert.Equal(["/usr"], _said);
    }

    [Fact]
    public void It_shows_who_is_here_only_to_a_person_who_asks()
    {
        _chat.Present(new WhoPage([(7, "ann")], 1, HasMore: true));
        _chat.Present(new WhoPage([(8, "bob")], 1, HasMore: false));
        Assert.Equal("", _window.Text);
        _chat.Enter(["/who"]);
        Assert.Equal(["who", "who"], _requests.Made);
        _chat.Present(new WhoPage([(7, "ann")], 1, HasMore: true));
        _chat.Present(new WhoPage([(8, "bob")], 1, HasMore: false));
        Assert.Equal("here: ann, bob, 1 without a name\n", _window.Text);
    }

    [Fact]
    public void It_tells_what_happens_to_others_and_what_the_server_makes_of_the_own_name()
    {
        Happened(PresenceKind.Join, 7, "ann");
        Happened(PresenceKind.Join, 8, "bob");
        Happened(PresenceKind.Rename, 7, "anna", "ann");
        _chat.Named("anna");
        _chat.Enter(["hi"]);
        Assert.Equal(["anna: hi …"], _window.Waiting);
        Assert.Equal("bob has joined\nyou are now anna\n", _window.Text);
    }

    [Fact]
    public void It_completes_those_who_spoke_lately_and_then_those_who_are_here()
    {
        _chat.Present(new WhoPage([(7, "ann"), (8, "bob"), (9, "eve"), (10, "\eevil")], 0, HasMore: false));
        Say("zoé", "hi");
        Say("eve", "hi");
        Assert.Equal(["eve ", "zoé ", "bob "], _chat.Words(isAtStart: false));
        Happened(PresenceKind.Rename, 9, "eva", "eve");
        Happened(PresenceKind.Leave, 8, "bob");
        Assert.Equal(["zoé: ", "eva: ", .. Intention.Commands], _chat.Words(isAtStart: true));
    }

    [Theory]
    [InlineData("Ann, are you there?", true)]
    [InlineData("is ann-2 there?", true)]
    [InlineData("anna can", false)]
    [InlineData("joann ann_2 ännann", false)]
    [InlineData("joann, ann!", true)]
    [InlineData("", false)]
    public void A_bell_rings_when_another_says_the_own_name(string text, bool rings)
    {
        Say("bob", text);
        Say(null, text);
        Assert.Equal(rings ? $"bob: {text}\n\a#8: {text}\n\a" : $"bob: {text}\n#8: {text}\n", _window.Text);
    }

    [Fact]
    public void No_bell_rings_for_history_or_without_the_wish()
    {
        Chat chat = Begun(bell: true, Hello with { First = 1, Next = 10 });
        chat.Said(new SaidLine { Seq = 9, Id = 8, From = "bob", Text = "ann?"u8 });
        Begun(bell: false).Said(new SaidLine { Seq = 11, Id = 8, From = "bob", Text = "ann?"u8 });
        Assert.Equal("-- history: 9 lines --\nbob: ann?\nbob: ann?\n", _window.Text);
    }

    [Fact]
    public void After_a_reconnect_what_waits_still_waits_and_the_name_is_the_new_one()
    {
        _chat.Enter(["hello"]);
        _chat.Welcomed(Hello with { First = 11, Next = 14, Name = "ann-2", IsResumed = true });
        Assert.Equal(["ann-2: hello …"], _window.Waiting);
        Assert.Equal(["who", "who"], _requests.Made);
        Assert.Equal("", _window.Text);
    }

    [Fact]
    public void What_is_asked_for_without_a_connection_is_asked_for_over_the_next_one()
    {
        _requests.Made.Clear();
        _chat.Lost();
        _chat.Enter(["/nick anna", "/who"]);
        Assert.Empty(_requests.Made);
        Assert.Equal("there is no connection now; /nick waits for the next one\n", _window.Text);
        _chat.Welcomed(Hello);
        Assert.Equal(["who", "nick anna"], _requests.Made);
    }

    [Fact]
    public void What_is_asked_for_before_the_first_connection_is_asked_for_then()
    {
        var chat = new Chat(new Transcript(Palette.None), _window, _said.AddRange, new ChatOptions(Bell: false, Times: false));
        _requests.Made.Clear();
        chat.Enter(["/nick anna"]);
        chat.Begin(_requests);
        chat.Enter(["/nick anne"]);
        Assert.Empty(_requests.Made);
        chat.Welcomed(Hello);
        Assert.Equal(["who", "nick anne"], _requests.Made);
    }

    [Fact]
    public void A_name_is_asked_for_again_until_the_server_has_answered()
    {
        _chat.Enter(["/nick anna"]);
        _chat.Lost();
        _requests.Made.Clear();
        _chat.Welcomed(Hello);
        _chat.Named("anna");
        _chat.Lost();
        _chat.Welcomed(Hello);
        _chat.Enter(["/nick bad"]);
        _chat.Refused(new ServerError("name", "no such name", null, false));
        _chat.Lost();
        _chat.Welcomed(Hello);
        Assert.Equal(["who", "nick anna", "who", "nick bad", "who"], _requests.Made);
    }

    [Fact]
    public void A_line_editor_is_not_needed_for_commands()
    {
        using var typed = new MemoryStream("hello\n/who\n//x\n/quit\nnot sent\n"u8.ToArray());
        using var input = new ChatInput(typed, say => new Chat(new Transcript(Palette.None), _window, say, new ChatOptions(false, false)));
        input.Chat.Begin(_requests);
        input.Chat.Welcomed(Hello);
        _requests.Made.Clear();
        using var sent = new StreamReader(input, Encoding.UTF8);
        Assert.Equal("hello\n/x\n", sent.ReadToEnd());
        Assert.Equal(["who"], _requests.Made);
    }

    [Fact]
    public void A_last_line_without_an_end_is_said_too()
    {
        using var typed = new MemoryStream("日本"u8.ToArray());
        using var input = new ChatInput(typed, say => new Chat(new Transcript(Palette.None), _window, say, new ChatOptions(false, false)));
        using var sent = new StreamReader(input, Encoding.UTF8);
        Assert.Equal("日本\n", sent.ReadToEnd());
    }

    private Chat Begun(bool bell, ServerHello? hello = null)
    {
        var chat = new Chat(new Transcript(Palette.None), _window, _said.AddRange, new ChatOptions(bell, Times: false));
        chat.Begin(_requests);
        chat.Welcomed(hello ?? Hello);
        return chat;
    }

    private void Say(string? from, string text) => _chat.Said(new SaidLine { Seq = 10, Id = 8, From = from, Text = Encoding.UTF8.GetBytes(text) });

    private void Happened(PresenceKind kind, long id, string name, string? was = null) =>
        _chat.Happened(new Presence(kind, "") { Id = id, Name = name, Was = was }, []);

    private sealed class Window : IChatWindow
    {
        public int Columns => 80;

        public bool HidesEntered { get; set; } = true;

        public string Text { get; private set; } = "";

        public IReadOnlyList<string> Waiting { get; private set; } = [];

        public void Show(string lines, IReadOnlyList<string> waiting) => (Text, Waiting) = (Text + lines, waiting);
    }

    private sealed class Requests : IRequests
    {
        public List<string> Made { get; } = [];

        public void Rename(string name) => Made.Add("nick " + name);

        public void AskWho() => Made.Add("who");
    }
}
