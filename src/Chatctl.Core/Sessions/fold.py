#!/usr/bin/env python3
"""Writes fold.gz, the table by which names are compared, beside this file. Usage: python3 fold.py

The result is text, compressed; zcat shows it. The first line says the version of Unicode, which is that of Python. A line follows for each character
that changes: the character, and then what stands for it after compatibility decomposition and case folding. Syllables of Hangul are left out, because
they can be computed. Then comes an empty line, and a line for each combining class: its number, a space, and the marks that have it.
"""
import gzip
import pathlib
import unicodedata

YPOGEGRAMMENI = "\u0345"  # Folds to a letter, but only after marks have been put in order. NameKey does it.


def fold(text):
    while True:
        plain = unicodedata.normalize("NFKD", text)
        folded = "".join(c if c == YPOGEGRAMMENI else c.casefold() for c in plain)
        folded = unicodedata.normalize("NFKD", folded)
        if folded == text:
            return text
        text = folded


characters = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and not 0xAC00 <= c < 0xD7A4]
lines = [f"Unicode {unicodedata.unidata_version}"]
lines += [c + fold(c) for c in characters if fold(c) != c]
lines.append("")
for number in range(1, 255):
    marks = "".join(c for c in characters if unicodedata.combining(c) == number)
    if marks:
        lines.append(f"{number} {marks}")

path = pathlib.Path(__file__).with_name("fold.gz")
path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
print(f"{lines[0]}, {len(lines)} lines, {path.stat().st_size} bytes")
