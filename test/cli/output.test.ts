import { harmless, outputTo } from "../../cli/output";

describe("harmless", () => {
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
  ])("shows $what", ({ text, shown }) => expect(harmless(text)).toBe(shown));
});

it("prints JSON that still means the same", () => {
  let written = "";
  const sink = { write: (text: string) => (written += text) };
  const value = { note: '\u001b[2J "quoted" \\ \u009b \u202e \u{e0041}\n' };
  outputTo({ stdout: sink, stderr: sink }).json(value);
  expect(written).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(written)).toEqual(value);
});
