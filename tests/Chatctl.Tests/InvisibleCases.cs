namespace Chatctl.Tests;

/// <summary>Texts with invisible characters or characters that change the direction of text, and how the log and a terminal show them.</summary>
internal static class InvisibleCases
{
    public static TheoryData<string, string> Shown { get; } = new()
    {
        // They are invisible, or they change the direction.
        { "a\u200bb", @"a\u{200b}b" },
        { "a\u200eb\u200fc\u061cd", @"a\u{200e}b\u{200f}c\u{61c}d" },
        { "a\u202eb\u2066c\u2069\u2028\u2029", @"a\u{202e}b\u{2066}c\u{2069}\u{2028}\u{2029}" },
        { "so\u00adft", @"so\u{ad}ft" },
        { "\ufeffmark", @"\u{feff}mark" },
        { "a\u3164b\u115f\u1160\uffa0", @"a\u{3164}b\u{115f}\u{1160}\u{ffa0}" },
        { "a\ufff9b\ufffac\ufffbd\ufff0", @"a\u{fff9}b\u{fffa}c\u{fffb}d\u{fff0}" },
        { "a\U000e0001\U000e0020\U000e007fb", @"a\u{e0001}\u{e0020}\u{e007f}b" },
        { "\u17b4\u17b5\u180b\u180e\u180f", @"\u{17b4}\u{17b5}\u{180b}\u{180e}\u{180f}" },
        { "\u2060\u2064\u2065\u206a\u206f\u034f", @"\u{2060}\u{2064}\u{2065}\u{206a}\u{206f}\u{34f}" },
        { "\U0001bca0\U0001bca3\U0001d173\U0001d17a", @"\u{1bca0}\u{1bca3}\u{1d173}\u{1d17a}" },
        { "漢\U000e0000\U000e0100\U000e0fff\ufe00", @"漢\u{e0000}\u{e0100}\u{e0fff}\u{fe00}" },

        { "a\u2800b\U0001107fc\U00013441\U00013442\U00016fe4\U0001d159", @"a\u{2800}b\u{1107f}c\u{13441}\u{13442}\u{16fe4}\u{1d159}" },
        { "a\ufdd0b\ufdef\uffff\U0001fffe\U0010ffff", @"a\u{fdd0}b\u{fdef}\u{ffff}\u{1fffe}\u{10ffff}" },

        // Joiners and selectors where they change nothing.
        { "a\u200db\u200cc", @"a\u{200d}b\u{200c}c" },
        { "\u200d👩", @"\u{200d}👩" },
        { "👩\u200d", @"👩\u{200d}" },
        { "👩\u200da", @"👩\u{200d}a" },
        { "👩\u200d\u200d💻", @"👩\u{200d}\u{200d}💻" },
        { "👩\u200c💻", @"👩\u{200c}💻" },
        { "\u200cم", @"\u{200c}م" },
        { "می\u200c", @"می\u{200c}" },
        { "می\u200c\u200cخ", @"می\u{200c}\u{200c}خ" },
        { "،\u200dx", @"،\u{200d}x" },
        { "a\ufe0f漢\ufe0e", @"a\u{fe0f}漢\u{fe0e}" },
        { "❤\ufe0f\ufe0f", "❤\ufe0f" + @"\u{fe0f}" },

        // The flag of Scotland, which is written with tags.
        {
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            @"🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"
        },

        // Joiners and selectors where they are needed, and characters that only look as if they belonged here.
        { "👩\u200d💻 👩🏽\u200d🚀 👩\u200d❤\ufe0f\u200d💋\u200d👨", "👩\u200d💻 👩🏽\u200d🚀 👩\u200d❤\ufe0f\u200d💋\u200d👨" },
        { "🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f 🙂\u200d↔\ufe0f 🐈\u200d⬛", "🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f 🙂\u200d↔\ufe0f 🐈\u200d⬛" },
        { "1\ufe0f\u20e3 #\ufe0f\u20e3 ©\ufe0e ™\ufe0f ☎\ufe0e 🇩🇪 👍🏿", "1\ufe0f\u20e3 #\ufe0f\u20e3 ©\ufe0e ™\ufe0f ☎\ufe0e 🇩🇪 👍🏿" },
        { "می\u200cخواهم نامه\u200cها", "می\u200cخواهم نامه\u200cها" },
        { "क्\u200dष क्\u200cष ශ්\u200dරී അവന്\u200d", "क्\u200dष क्\u200cष ශ්\u200dරී അവന്\u200d" },
        { "\u06dd\u0661 \ue0b0 שלום ไทย e\u0301", "\u06dd\u0661 \ue0b0 שלום ไทย e\u0301" },
    };
}
