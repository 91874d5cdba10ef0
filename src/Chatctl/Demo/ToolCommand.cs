using Chatctl.Cli;

namespace Chatctl.Demo;

/// <summary>The command that starts this tool in the user's shell.</summary>
internal static class ToolCommand
{
    /// <summary>The short name if the tool is on the PATH, else the path of the program that runs now.</summary>
    public static string Own() => Find(
        Environment.ProcessPath ?? CommandTree.Name,
        Environment.GetCommandLineArgs()[0],
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));

    /// <inheritdoc cref="Own"/>
    /// <param name="process">The program that runs: the tool, or dotnet.</param>
    /// <param name="assembly">The tool's assembly.</param>
    /// <param name="path">The folders that the shell looks in.</param>
    internal static string Find(string process, string assembly, IReadOnlyList<string> path)
    {
        if (Path.GetFileNameWithoutExtension(process) == "dotnet")
        {
            return $"dotnet {Quote(assembly)}";
        }

        string? folder = Path.GetDirectoryName(process);
        return path.Any(entry => entry.TrimEnd(Path.DirectorySeparatorChar) == folder) ? CommandTree.Name : Quote(process);
    }

    private static string Quote(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '\\' or ':' or '.' or '-' or '_') ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
