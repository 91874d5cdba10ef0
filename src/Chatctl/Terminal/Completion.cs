namespace Chatctl.Terminal;

/// <summary>
/// Completes what is typed before the cursor. If one word fits, the whole of it is put there. If several fit, first what they have in common, and
/// then one after the other.
/// </summary>
internal sealed class Completion
{
    private readonly string _before;
    private readonly string _after;
    private readonly string[] _steps;
    private int _step;

    private Completion(string before, string after, string[] steps) => (_before, _after, _steps) = (before, after, steps);

    /// <summary>Gives the words that may be put at a place, the best one first. Each has the blank or the sign that is to follow it.</summary>
    /// <param name="isAtStart">Whether the place is the start of the line.</param>
    public delegate IEnumerable<string> Words(bool isAtStart);

    /// <summary>Finds the words that begin with what stands before the cursor. It makes no difference whether letters are capital.</summary>
    /// <param name="text">The line.</param>
    /// <param name="cursor">The cursor's position in it.</param>
    /// <param name="words">Where the words come from.</param>
    /// <returns>Null if no word fits.</returns>
    public static Completion? Find(string text, int cursor, Words words)
    {
        // A word may have blanks in it. So the longest beginning that fits is the one that is meant.
        for (int start = 0; start < cursor; start++)
        {
            if (char.IsWhiteSpace(text[start]) || (start > 0 && !char.IsWhiteSpace(text[start - 1])))
            {
                continue;
            }

            string begun = text[start..cursor];
            string[] fitting = [.. words(start == 0).Where(word => word.StartsWith(begun, StringComparison.OrdinalIgnoreCase))];
            if (fitting.Length > 0)
            {
                string common = Common(fitting);
                return new Completion(text[..start], text[cursor..], fitting.Length > 1 && common.Length > begun.Length ? [common, .. fitting] : fitting);
            }
        }

        return null;
    }

    /// <summary>The line with the next thing that fits, and the cursor's position behind that. After the last one it begins again.</summary>
    public (string Text, int Cursor) Next()
    {
        string step = _steps[_step];
        _step = (_step + 1) % _steps.Length;
        return (_before + step + _after, _before.Length + step.Length);
    }

    /// <summary>What all words begin with, in whole characters.</summary>
    private static string Common(string[] words)
    {
        string first = words[0];
        int length = 0;
        while (length < first.Length)
        {
            int next = TextElements.Next(first, length);
            if (!words.All(word => word.StartsWith(first[..next], StringComparison.OrdinalIgnoreCase)))
            {
                break;
            }

            length = next;
        }

        return first[..length];
    }
}
