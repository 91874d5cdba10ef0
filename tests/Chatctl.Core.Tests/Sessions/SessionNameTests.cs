using Chatctl.Core.Sessions;

namespace Chatctl.Core.Tests.Sessions;

public sealed class SessionNameTests
{
    [Theory]
    [InlineData("ann")]
    [InlineData("a")]
    [InlineData("Ann Other-2 \"x\" \\ <b>")]
    [InlineData("Ähm")]
    [InlineData("A\u0308hm")]
    [InlineData("名前")]
    [InlineData("한글")]
    [InlineData("😀")]
    [InlineData("❤\ufe0f")]
    [InlineData("👩\u200d🚀")]
    [InlineData("می\u200cخواهم")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    [InlineData("ééééééééééééééééééééééééééééééé")]
    [InlineData("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    public void A_name_of_visible_characters_is_accepted(string name) => Assert.True(SessionName.TryParse(name, out _));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" ann")]
    [InlineData("ann ")]
    [InlineData("ann  b")]
    [InlineData("ann\u00a0b")]
    [InlineData("ann\u3000b")]
    [InlineData("ann\u2028b")]
    [InlineData("ann\tb")]
    [InlineData("ann\n")]
    [InlineData("ann\u0000")]
    [InlineData("ann\u001b[0m")]
    [InlineData("ann\u007f")]
    [InlineData("ann\u0085")]
    [InlineData("ann\u00ad")]
    [InlineData("ann\u200b")]
    [InlineData("ann\u200d")]
    [InlineData("ann\ufe0f")]
    [InlineData("ann\u202e")]
    [InlineData("ann\u2066")]
    [InlineData("ann\ufeff")]
    [InlineData("ann\u2800")]
    [InlineData("ann\u3164")]
    [InlineData("ann\u0600")]
    [InlineData("ann\ue000")]
    [InlineData("ann\u0378")]
    [InlineData("ann\uffff")]
    [InlineData("ann\U000e0041")]
    [InlineData("\u0301")]
    [InlineData("\u0301ann")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456")]
    [InlineData("👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀👩\u200d🚀")]
    public void Any_other_name_is_refused(string name)
    {
        Assert.False(SessionName.TryParse(name, out Fault fault));
        Assert.Equal(Fault.Name, fault.Code);
        Assert.NotEmpty(fault.Message);
    }

    // A test's data must be valid Unicode, so these are not among the data above.
    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Assert.False(SessionName.TryParse("ann\ud83d", out _));
        Assert.False(SessionName.TryParse("\ude00ann", out _));
    }

    [Theory]
    [InlineData("ann", "ANN")]
    [InlineData("ﬁ", "fi")]
    [InlineData("ﬃ", "FFI")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u212b", "\u00e5")]
    [InlineData("\u212b", "A\u030a")]
    [InlineData("ß", "ss")]
    [InlineData("ß", "SS")]
    [InlineData("ß", "ẞ")]
    [InlineData("ＡＮＮ", "ann")]
    [InlineData("①", "1")]
    [InlineData("ｶﾞ", "ガ")]
    [InlineData("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af")]
    [InlineData("가", "\u1100\u1161")]
    [InlineData("힣", "\u1112\u1175\u11c2")]
    [InlineData("İ", "i\u0307")]
    [InlineData("Σίσυφος", "ΣΊΣΥΦΟΣ")]
    [InlineData("\u1fb4", "\u03ac\u0345")]
    [InlineData("α\u0345\u0301", "α\u0301\u0345")]
    [InlineData("\u1fb3", "ΑΙ")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u1e69", "s\u0307\u0323")]
    [InlineData("𝔸𝕟𝕟", "ann")]
    [InlineData("❤\ufe0f", "❤")]
    public void Names_that_differ_only_in_case_or_form_are_the_same(string one, string other) => Assert.Equal(NameKey.Of(one), NameKey.Of(other));

    [Theory]
    [InlineData("ann", "anna")]
    [InlineData("İ", "i")]
    [InlineData("ı", "i")]
    [InlineData("e", "é")]
    [InlineData("q\u0307\u0300", "q\u0300\u0307")]
    [InlineData("가", "나")]
    [InlineData("가", "각")]
    [InlineData("а", "a")]
    public void Other_names_are_not_the_same(string one, string other) => Assert.NotEqual(NameKey.Of(one), NameKey.Of(other));

    [Fact]
    public void The_key_of_a_key_is_the_key_whatever_the_character()
    {
        for (int value = 0; value <= 0x10ffff; value++)
        {
            if (value is < 0xd800 or > 0xdfff)
            {
                string key = NameKey.Of(char.ConvertFromUtf32(value));
                Assert.Equal(key, NameKey.Of(key));
            }
        }
    }
}
