using System.Globalization;
using System.Text;
using System.Xml;

namespace Chatctl.Bench.Plotting;

/// <summary>Writes the few elements of SVG that a plot needs. Colours come from the style sheet, which has a light and a dark form.</summary>
internal sealed class Svg : IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    // The reader's system chooses between light and dark. A program that does not support this choice shows the light form.
    private const string StyleSheet = """

        text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f; }
        .page { fill: #ffffff; }
        .title { font: 600 14px ui-monospace, "DejaVu Sans Mono", monospace; }
        .name { font-weight: 600; font-size: 14px; }
        .note { fill: #57606a; }
        .grid { stroke: #d8dee4; stroke-width: 1; }
        .axis { stroke: #8c959f; stroke-width: 1; }
        .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
        .p50 { stroke: #0b7a75; }
        .p90 { stroke: #1f5fbf; }
        .p99 { stroke: #b35900; }
        .p999 { stroke: #a3216f; }
        .deliveries { stroke: #1f5fbf; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; }
          .page { fill: #0d1117; }
          .note { fill: #9ea7b3; }
          .grid { stroke: #30363d; }
          .axis { stroke: #6e7681; }
          .p50 { stroke: #3fc1b9; }
          .p90 { stroke: #6cb0ff; }
          .p99 { stroke: #f0a04b; }
          .p999 { stroke: #f17fc0; }
          .deliveries { stroke: #6cb0ff; }
        }

        """;

    private readonly XmlWriter _xml;

    /// <summary>Begins a picture.</summary>
    /// <param name="output">Where it goes; stays open.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="title">The title for screen readers.</param>
    public Svg(Stream output, double width, double height, string title)
    {
        _xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, NewLineChars = "\n", CloseOutput = false, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        _xml.WriteStartElement("svg", Namespace);
        Attributes(("viewBox", $"0 0 {Text(width)} {Text(height)}"), ("width", Text(width)), ("height", Text(height)), ("role", "img"));
        _xml.WriteElementString("title", Namespace, title);
        _xml.WriteElementString("style", Namespace, StyleSheet);
        Element("rect", ("class", "page"), ("width", Text(width)), ("height", Text(height)));
    }

    /// <summary>Writes a text.</summary>
    /// <param name="kind">Its class in the style sheet.</param>
    /// <param name="x">Where it is anchored.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">What it says.</param>
    /// <param name="anchor">Which end of it is at <paramref name="x"/>: start, middle or end.</param>
    public void WriteText(string kind, double x, double y, string text, string anchor = "start")
    {
        Begin("text", ("class", kind), ("x", Text(x)), ("y", Text(y)), ("text-anchor", anchor));
        _xml.WriteString(text);
        _xml.WriteEndElement();
    }

    /// <summary>Draws a straight line.</summary>
    public void DrawLine(string kind, double x1, double y1, double x2, double y2) =>
        Element("line", ("class", kind), ("x1", Text(x1)), ("y1", Text(y1)), ("x2", Text(x2)), ("y2", Text(y2)));

    /// <summary>Draws a curve through points. It is broken where a point is missing.</summary>
    /// <param name="kind">Its class in the style sheet, beside <c>line</c>.</param>
    /// <param name="name">The text that a browser shows when the mouse is over the curve.</param>
    /// <param name="points">The points; null for one that is missing.</param>
    public void DrawCurve(string kind, string name, IReadOnlyList<(double X, double Y)?> points)
    {
        var path = new StringBuilder();
        for (int i = 0; i < points.Count; i++)
        {
            if (points[i] is { } point)
            {
                bool begins = i == 0 || points[i - 1] is null, stands = begins && (i == points.Count - 1 || points[i + 1] is null);
                path.Append(path.Length > 0 ? " " : "").Append(begins ? 'M' : 'L').Append(Text(point.X)).Append(',').Append(Text(point.Y));

                // A point between two gaps would not be seen without a length.
                path.Append(stands ? " h0" : "");
            }
        }

        Begin("path", ("class", $"line {kind}"), ("d", path.ToString()));
        _xml.WriteElementString("title", Namespace, name);
        _xml.WriteEndElement();
    }

    /// <summary>Ends the picture.</summary>
    public void Dispose()
    {
        _xml.WriteEndElement();
        _xml.WriteWhitespace("\n");
        _xml.Dispose();
    }

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private void Element(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Begin(name, attributes);
        _xml.WriteEndElement();
    }

    private void Begin(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _xml.WriteStartElement(name, Namespace);
        Attributes(attributes);
    }

    private void Attributes(params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            _xml.WriteAttributeString(name, value);
        }
    }
}
