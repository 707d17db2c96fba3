import { harmless, outputTo } from "../../cli/output";

describe("harmless output", () => {
  it.each([
    { what: "a terminal escape", text: "\u001b[31mred", shown: "\\u001b[31mred" },
    { what: "a line break", text: "one\ntwo\r", shown: "one\\u000atwo\\u000d" },
    { what: "an escape of eight bits", text: "\u009b2J", shown: "\\u009b2J" },
    { what: "a direction override", text: "\u202emoc.osotnoc", shown: "\\u202emoc.osotnoc" },
    { what: "an isolate", text: "\u2066a\u2069", shown: "\\u2066a\\u2069" },
    { what: "a zero-width space", text: "con\u200btoso", shown: "con\\u200btoso" },
    { what: "a line separator", text: "a\u2028b", shown: "a\\u2028b" },
    { what: "a tag beyond the first plane", text: "a\u{e0041}", shown: "a\\udb40\\udc41" },
    { what: "half a surrogate pair", text: "a\ud800", shown: "a\\ud800" },
    { what: "text in any script", text: "강미나 – Zoë 😀", shown: "강미나 – Zoë 😀" },
    { what: "a joiner between Latin letters", text: "ki\u200cm", shown: "ki\\u200cm" },
    { what: "a joiner behind a word", text: "\u0639\u0644\u06cc\u200c", shown: "\u0639\u0644\u06cc\\u200c" },
    { what: "the second of two joiners", text: "\u06cc\u200c\u200c\u0631", shown: "\u06cc\\u200c\\u200c\u0631" },
    {
      what: "a name in Persian as it is",
      text: "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
      shown: "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
    },
    { what: "a name in Hindi as it is", text: "\u0930\u093e\u091c\u094d\u200d\u092f", shown: "\u0930\u093e\u091c\u094d\u200d\u092f" },
  ])("shows $what", ({ text, shown }) => expect(harmless(text)).toBe(shown));
});

it("JSON output is plain ASCII, and parses back to the same value", () => {
  let written = "";
  const sink = { write: (text: string) => (written += text) };
  const value = { note: '\u001b[2J "quoted" \\ \u009b \u202e \u{e0041}\n' };
  outputTo({ stdout: sink, stderr: sink }).json(value);
  expect(written).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(written)).toEqual(value);
});
