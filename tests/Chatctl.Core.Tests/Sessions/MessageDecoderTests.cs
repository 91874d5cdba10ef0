using System.Text;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Tests.Sessions;

public sealed class MessageDecoderTests
{
    private const int MaxText = 16;

    private readonly MessageDecoder _decoder = new(MaxText, (byte)'\n');

    [Theory]
    [InlineData("""{"n":1,"text":"hello"}""")]
    [InlineData("""{"n":1,"text":"héllo 😀"}""")]
    [InlineData("""{"n":01,"text":"hello"}""")]
    [InlineData("""{"n":+1,"text":"hello"}""")]
    [InlineData("""{"n":-1,"text":"hello"}""")]
    [InlineData("""{"n":0,"text":"hello"}""")]
    [InlineData("""{"n":1.5,"text":"hello"}""")]
    [InlineData("""{"n":1e3,"text":"hello"}""")]
    [InlineData("""{"n":9007199254740992,"text":"hello"}""")]
    [InlineData("""{"n":99999999999999999999,"text":"hello"}""")]
    [InlineData("""{"n":1,"text":"a\"b"}""")]
    [InlineData("""{"n":1,"text":"a\nb"}""")]
    [InlineData("""{"n":1,"text":"a"}}""")]
    [InlineData("""{"n":1,"text":"a"} x""")]
    [InlineData("""{"n":1,"text":"a","text":"b"}""")]
    [InlineData("""{"n":1,"text":"a","base64":"Yg=="}""")]
    [InlineData("""{"n":1,"text":"longer than sixteen"}""")]
    [InlineData("""{"n":1,"text":"half of it""")]
    [InlineData("{\"n\":1,\"text\":\"a\tb\"}")]
    [InlineData("{\"n\":1,\"text\":\"a\0b\"}")]
    public void The_usual_form_of_a_line_means_what_it_means_with_a_space_in_front(string line)
    {
        // With the space it is not the usual form, so a JSON reader reads it.
        MessageKind kind = Decode(line, out ClientMessage usual);
        (long n, string text, Fault fault) = (usual.N, Encoding.UTF8.GetString(usual.Text), usual.Fault);
        Assert.Equal(Decode(" " + line, out ClientMessage read), kind);
        Assert.Equal((read.N, Encoding.UTF8.GetString(read.Text), read.Fault), (n, text, fault));
    }

    [Theory]
    [InlineData("""{"n":1,"text":"hello"}""", 1, "hello")]
    [InlineData("""{"text":"hello"}""", 0, "hello")]
    [InlineData("""{"n":null,"base64":null,"text":"hello"}""", 0, "hello")]
    [InlineData("""{"n":9007199254740991,"text":""}""", 9007199254740991, "")]
    [InlineData("""{"text":"a","n":1,"text":"b","n":2}""", 2, "b")]
    [InlineData("""{"more":{"text":"x","n":[7]},"\u0074ext":"b","\u006e":2,"name":"c","who":true}""", 2, "b")]
    [InlineData("""{"text":"\"\\\/\b\f\r\t\u00e9é\ud83d\ude00"}""", 0, "\"\\/\b\f\r\téé😀")]
    [InlineData("""{"n":3,"text":"\u0000"}""", 3, "\0")]
    [InlineData("""{"text":"sixteen bytes..."}""", 0, "sixteen bytes...")]
    [InlineData("""{"text":"\u0073\u0069\u0078\u0074\u0065\u0065\u006e bytes..."}""", 0, "sixteen bytes...")]
    [InlineData("""{"base64":"c2l4dGVlbiBieXRlcy4uLg=="}""", 0, "sixteen bytes...")]
    [InlineData("""{"n":2,"base64":"\u002fw=="}""", 2, "\xff")]
    [InlineData("""{"n":2,"base64":"\/w=="}""", 2, "\xff")]
    public void A_line_is_read_without_its_escapes(string line, long n, string text)
    {
        foreach (string end in new[] { "", "\r" })
        {
            Assert.Equal(MessageKind.Line, Decode(line + end, out ClientMessage message));
            Assert.Equal(n, message.N);
            byte[] expected = text == "\xff" ? [0xff] : Encoding.UTF8.GetBytes(text);
            Assert.Equal(expected, message.Text.ToArray());
        }
    }

    [Theory]
    [InlineData("""{"n":4,"text":"a\nb"}""", 4, Fault.Terminator)]
    [InlineData("""{"n":4,"base64":"Cg=="}""", 4, Fault.Terminator)]
    [InlineData("""{"n":4,"text":"seventeen bytes.."}""", 4, Fault.TooLong)]
    [InlineData("""{"n":4,"text":"\u0073eventeen bytes.."}""", 4, Fault.TooLong)]
    [InlineData("""{"n":4,"base64":"c2V2ZW50ZWVuIGJ5dGVzLi4="}""", 4, Fault.TooLong)]
    [InlineData("""{"n":4,"text":7}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"text":{"a":1}}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"base64":false}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"base64":"a"}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"base64":"/w"}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"text":"a","base64":"YQ=="}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"text":"\ud800"}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"text":"\ud800x"}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"text":"\ud800\n"}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"text":"\ud800\u0041"}""", 4, Fault.Text)]
    [InlineData("""{"n":4,"text":"\ude00\ud83d"}""", 4, Fault.Text)]
    [InlineData("""{"n":0,"text":"a"}""", 0, Fault.Number)]
    [InlineData("""{"n":-1,"text":"a"}""", 0, Fault.Number)]
    [InlineData("""{"n":9007199254740992,"text":"a"}""", 0, Fault.Number)]
    [InlineData("""{"n":99999999999999999999,"text":"a"}""", 0, Fault.Number)]
    [InlineData("""{"n":1.0,"text":"a"}""", 0, Fault.Number)]
    [InlineData("""{"n":1e3,"text":"a"}""", 0, Fault.Number)]
    [InlineData("""{"n":"1","text":"a"}""", 0, Fault.Number)]
    [InlineData("""{"n":"1","text":"a\n"}""", 0, Fault.Number)]
    [InlineData("""{"name":7}""", 0, Fault.Name)]
    [InlineData("""{"name":"\udc00"}""", 0, Fault.Name)]
    public void What_is_not_accepted_is_refused_with_its_number_and_the_same_way_again(string line, long n, string code)
    {
        for (int times = 0; times < 2; times++)
        {
            Assert.Equal(MessageKind.Refused, Decode(line, out ClientMessage message));
            Assert.Equal(n, message.N);
            Assert.Equal(code, message.Fault.Code);
            Assert.NotEmpty(message.Fault.Message);
            Assert.True(message.Text.IsEmpty);
        }
    }

    [Fact]
    public void A_text_that_is_not_UTF8_is_refused()
    {
        Assert.Equal(MessageKind.Refused, _decoder.Decode([.. """{"n":5,"text":"a"""u8, 0xff, .. "\"}"u8], out ClientMessage message));
        Assert.Equal(5, message.N);
        Assert.Equal(Fault.Text, message.Fault.Code);
        Assert.Equal(MessageKind.Refused, _decoder.Decode([.. """{"name":"a"""u8, 0xff, .. "\"}"u8], out message));
        Assert.Equal(Fault.Name, message.Fault.Code);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("""{"text":"a""")]
    [InlineData("""{"text":"a\x"}""")]
    [InlineData("{\"text\":\"a\tb\"}")]
    [InlineData("""{"text":"a",}""")]
    [InlineData("""{"text":"a"/**/}""")]
    [InlineData("""{"text":"a","x":[[[[[[[[]]]]]]]]}""")]
    public void What_is_not_a_JSON_object_ends_the_session(string line)
    {
        Assert.Equal(MessageKind.Broken, Decode(line, out ClientMessage message));
        Assert.Equal(Fault.Json, message.Fault.Code);
        Assert.Equal(0, message.N);
    }

    [Fact]
    public void An_object_may_have_8_levels() =>
        Assert.Equal(MessageKind.Line, Decode("""{"x":[[[[[[[]]]]]]],"text":"a"}""", out _));

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData(" \t ")]
    [InlineData("{}")]
    [InlineData("""{"n":1}""")]
    [InlineData("""{"who":false}""")]
    [InlineData("""{"who":"x"}""")]
    [InlineData("""{"topic":"x","n":2}""")]
    [InlineData("""{"text":null}""")]
    public void What_is_not_known_is_ignored(string line) => Assert.Equal(MessageKind.Nothing, Decode(line, out _));

    [Fact]
    public void A_client_asks_for_a_name_and_who_is_there()
    {
        Assert.Equal(MessageKind.Rename, Decode("""{"name":"\u0061nna"}""", out ClientMessage message));
        Assert.Equal("anna", message.Name);
        Assert.Equal(MessageKind.Who, Decode("""{"who":true}""", out _));
    }

    [Fact]
    public void A_room_whose_lines_end_with_NUL_takes_line_ends_in_a_text()
    {
        var decoder = new MessageDecoder(MaxText, terminator: 0);
        Assert.Equal(MessageKind.Line, decoder.Decode("""{"text":"a\nb"}"""u8, out ClientMessage message));
        Assert.Equal("a\nb", Encoding.UTF8.GetString(message.Text));
        Assert.Equal(MessageKind.Refused, decoder.Decode("""{"text":"a\u0000b"}"""u8, out message));
        Assert.Equal(Fault.Terminator, message.Fault.Code);
    }

    private MessageKind Decode(string line, out ClientMessage message) => _decoder.Decode(Encoding.UTF8.GetBytes(line), out message);
}
