import { FileError } from "../../../../engine/files/file-problem";
import { readList } from "../../../../features/access-list/files/read";

async function read(text: string, effect?: string, size = 7) {
  async function* pieces() {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
  const passedOver: string[] = [];
  const lines = [];
  const onPassedOver = (names: readonly string[]) => passedOver.push(...names);
  for await (const block of readList(pieces(), "csv", { onPassedOver, ...(effect !== undefined && { effect }) })) lines.push(...block);
  return { passedOver, lines: lines.map(({ line, read: row }) => [line, row.ok ? row.row.entry : row.problems.map(({ code }) => code)]) };
}

const mastodon = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate";

it.each<{ given: string; text: string; lines: readonly unknown[]; passedOver?: readonly string[] }>([
  {
    given: "a domain a line",
    text: "a.example\nb.example\n",
    lines: [
      [1, "a.example"],
      [2, "b.example"],
    ],
  },
  {
    given: "the last line without an end",
    text: "a.example\nb.example",
    lines: [
      [1, "a.example"],
      [2, "b.example"],
    ],
  },
  { given: "one line", text: "a.example", lines: [[1, "a.example"]] },
  {
    given: "comments, CRLF, a byte order mark and blank lines",
    text: "\ufeff# A list\r\n\r\na.example # why\r\n! more\r\n",
    lines: [[3, "a.example"]],
  },
  {
    given: "a trailing dot, capitals and U-labels",
    text: "A.Example.\nb\u00fccher.example\n",
    lines: [
      [1, "a.example"],
      [2, "xn--bcher-kva.example"],
    ],
  },
  {
    given: "addresses and wildcards",
    text: "kim@a.example\n*.b.example\n",
    lines: [
      [1, "kim@a.example"],
      [2, "*.b.example"],
    ],
  },
  {
    given: "a line that is no entry",
    text: "a.example\n||b.example^\n",
    lines: [
      [1, "a.example"],
      [2, ["notEntry"]],
    ],
  },
  {
    given: "a line of a hosts file",
    text: "a.example\n0.0.0.0 b.example\n",
    lines: [
      [1, "a.example"],
      [2, ["hostsFile"]],
    ],
  },
  {
    given: "Mastodon's export",
    text: `${mastodon}\r\na.example,suspend,FALSE,FALSE,"spam, and more",FALSE\r\nb.example,silence,FALSE,FALSE,,FALSE\r\n`,
    lines: [[2, "a.example"]],
    passedOver: ["#reject_media", "#reject_reports", "#public_comment", "#obfuscate", "rows with #severity silence"],
  },
  { given: "Mastodon's domains alone", text: "#domain\na.example\n", lines: [[2, "a.example"]] },
  { given: "a file with our columns", text: "entry,note\na.example,why\n", lines: [[2, "a.example"]] },
])("with --effect, a list is read that has $given", async ({ text, lines, passedOver = [] }) => {
  expect(await read(text, "deny")).toEqual({ lines, passedOver });
});

it.each([
  { text: "# A list\na.example\n", code: "plainList" },
  { text: `${mastodon}\na.example,suspend,FALSE,FALSE,,FALSE\n`, code: "plainList" },
  { text: "# hosts\n0.0.0.0 ads.example\n", code: "hostsFile" },
  { text: "127.0.0.1\tads.example\n", code: "hostsFile" },
  { text: "::1 localhost\n", code: "hostsFile" },
  { text: "", code: "emptyFile" },
  { text: "what,else\na.example,deny\n", code: "noHeader" },
])("without --effect, $text is refused ($code)", async ({ text, code }) => {
  const error = await read(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FileError);
  expect((error as FileError).problem.code).toBe(code);
});
