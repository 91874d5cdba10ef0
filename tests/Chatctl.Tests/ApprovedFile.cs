namespace Chatctl.Tests;

/// <summary>A text file of the repository that must be equal to what the program says now, so that a change of a text shows in a diff.</summary>
internal static class ApprovedFile
{
    private const string Command = "UPDATE_APPROVED=1 dotnet test tests/Chatctl.Tests --filter Approved";

    private static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE_APPROVED") == "1";

    /// <summary>Compares the file with a text. With <c>UPDATE_APPROVED=1</c> it writes the text to the file instead.</summary>
    /// <param name="path">The file's path in the repository.</param>
    /// <param name="actual">The text that it should hold.</param>
    public static void Check(string path, string actual)
    {
        string file = InRepository(path);
        if (IsUpdating)
        {
            File.WriteAllText(file, actual);
            return;
        }

        string[] approved = File.Exists(file) ? File.ReadAllText(file).Split('\n') : [];
        string[] now = actual.Split('\n');
        for (int line = 0; line < Math.Max(approved.Length, now.Length); line++)
        {
            string before = approved.ElementAtOrDefault(line) ?? "(no such line)", after = now.ElementAtOrDefault(line) ?? "(no such line)";
            Assert.True(before == after, $"{path} is not up to date at line {line + 1}.\nIn the file: {before}\nIt should be: {after}\nTo write the file: {Command}");
        }
    }

    /// <summary>Compares the part of a file between two marker comments with a text, as <see cref="Check"/> does with a whole file.</summary>
    /// <param name="path">The file's path in the repository.</param>
    /// <param name="begin">The line before the part.</param>
    /// <param name="part">The text that should be there.</param>
    public static void CheckPart(string path, string begin, string part)
    {
        const string End = "<!-- end of the generated part -->";
        string whole = File.ReadAllText(InRepository(path));
        int start = whole.IndexOf($"{begin}\n", StringComparison.Ordinal);
        int end = start < 0 ? -1 : whole.IndexOf($"{End}\n", start, StringComparison.Ordinal);
        Assert.True(end >= 0, $"{path} has no part between '{begin}' and '{End}'");
        Check(path, $"{whole[..start]}{begin}\n\n{part}\n{whole[end..]}");
    }

    private static string InRepository(string path)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "chatctl.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run in a clone of the repository");
        }

        return Path.Combine(folder, path);
    }
}
