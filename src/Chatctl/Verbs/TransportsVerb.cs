using System.Text.Encodings.Web;
using System.Text.Json;
using Chatctl.Cli;
using Chatctl.Hosting;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: Verb<TransportsVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl transports</c>: lists the transports, and tries each as far as that is possible without a socket.</summary>
internal sealed class TransportsVerb : Verb
{
    public override string Name => "transports";

    public override string Summary => "List the transports that can serve a room.";

    public override string Examples => """
          chatctl transports                                  # list name, version, kinds of endpoint, file
          chatctl transports --plugins ./my-plugins           # look in a folder of your own too
          chatctl transports --json | jq -r '.[].name'        # print the names for a script
        """;

    public override Func<int> Configure(CommandLineApplication command)
    {
        Setting<string?> plugins = command.Setting(
            "--plugins <DIR>", "Another folder of transport plugins; several as in PATH. DIR/NAME/*.dll is the transport NAME. NAME is in lower case.", ValueSyntax.Directories, null);
        Switch json = command.Switch("--json", "Print an array of objects: name, version, schemes, path, error. An unknown value is null.");
        Switch names = command.Switch("--names", "Print the names only, one a line. No plugin is loaded, so an unusable one is listed too.");
        Switch verbose = command.Switch("-v|--verbose", "Show the place in the code where a plugin fails.");
        command.AllowArgumentSeparator = false; // The verb has no arguments, so words after the separator would be ignored.
        command.Description = $"""
            {Summary}

            Each plugin is loaded to check that it can be used. A plugin that cannot be used is not in the table: a line on standard error names it
            and says why. With --json it is in the array, with its error. The exit code is 0 in both cases.
            """;
        return () =>
        {
            if (json.IsOn && names.IsOn)
            {
                throw new UsageException("--json and --names exclude each other");
            }

            IReadOnlyList<PluginFolder> folders = PluginCatalog.ForTool(plugins.Value).List(PluginKind.Transport);
            if (names.IsOn)
            {
                StandardStreams.OutputText.Write(string.Concat(folders.Select(folder => $"{folder.Name}\n")));
                return ExitCode.Done;
            }

            IReadOnlyList<Listing> listings = [.. folders.Select(Examine)];
            if (json.IsOn)
            {
                WriteJson(listings);
            }
            else
            {
                WriteTable(listings);
                Complain(listings, verbose.IsOn);
            }

            return ExitCode.Done;
        };
    }

    /// <summary>Makes the plugin's factory too, so that a plugin in the list can really be used.</summary>
    private static Listing Examine(PluginFolder folder)
    {
        try
        {
            var plugin = TransportPlugin.Load(folder);
            using var host = new TransportHost([plugin], NullLoggerFactory.Instance, TimeProvider.System);
            _ = host.Factory(plugin.Name);
            return new Listing(plugin.Name, plugin.File, plugin, null);
        }
        catch (PluginException e)
        {
            return new Listing(folder.Name, folder.Directory, null, e);
        }
    }

    private static void WriteTable(IReadOnlyList<Listing> listings)
    {
        List<string[]> rows = [["NAME", "VERSION", "SUPPORTS", "FOUND"]];
        rows.AddRange(listings.Select(listing => listing.Plugin).OfType<TransportPlugin>()
            .Select(plugin => (string[])[plugin.Name, plugin.Version, string.Join(",", plugin.Schemes), plugin.File]));
        int[] widths = [.. Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            StandardStreams.OutputText.WriteLine(string.Join("  ", [.. widths.Select((width, column) => row[column].PadRight(width)), row[^1]]));
        }
    }

    private static void Complain(IReadOnlyList<Listing> listings, bool verbose)
    {
        foreach (PluginException error in listings.Select(listing => listing.Error).OfType<PluginException>())
        {
            StandardStreams.Diagnose(error.Message);
            if (verbose)
            {
                StandardStreams.ErrorText.WriteLine(error);
            }
        }
    }

    private static void WriteJson(IReadOnlyList<Listing> listings)
    {
        // The output is for a terminal or a parser and never for a web page, so apostrophes need no escape.
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
        using (var writer = new Utf8JsonWriter(StandardStreams.Output, options))
        {
            writer.WriteStartArray();
            foreach (Listing listing in listings)
            {
                Write(writer, listing);
            }

            writer.WriteEndArray();
        }

        StandardStreams.OutputText.WriteLine();
    }

    private static void Write(Utf8JsonWriter writer, Listing listing)
    {
        writer.WriteStartObject();
        writer.WriteString("name", listing.Name);
        writer.WriteString("version", listing.Plugin?.Version);
        if (listing.Plugin is { } plugin)
        {
            writer.WriteStartArray("schemes");
            foreach (string scheme in plugin.Schemes)
            {
                writer.WriteStringValue(scheme);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteNull("schemes");
        }

        writer.WriteString("path", listing.Path);
        writer.WriteString("error", listing.Error?.Message);
        writer.WriteEndObject();
    }

    /// <summary>One plugin, usable or not.</summary>
    private sealed record Listing(string Name, string Path, TransportPlugin? Plugin, PluginException? Error);
}
