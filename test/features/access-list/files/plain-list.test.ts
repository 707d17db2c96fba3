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
    text: "a.example\nb@\n",
    lines: [
      [1, "a.example"],
      [2, ["notAddress"]],
    ],
  },
  {
    given: "lines of files for ad blockers",
    text: "a.example\n0.0.0.0 b.example\n||c.example^\naddress=/d.example/\n",
    lines: [
      [1, "a.example"],
      [2, ["blockerFile"]],
      [3, ["blockerFile"]],
      [4, ["blockerFile"]],
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
  {
    given: "rows with an effect of their own",
    text: "entry,effect\na.example,\nb.example,Deny\nc.example,allow\n",
    lines: [
      [2, "a.example"],
      [3, "b.example"],
      [4, ["otherEffect"]],
    ],
  },
])("with --effect, a list is read that has $given", async ({ text, lines, passedOver = [] }) => {
  expect(await read(text, "deny")).toEqual({ lines, passedOver });
});

it.each([
  { text: "# A list\na.example\n", code: "plainList" },
  { text: `${mastodon}\na.example,suspend,FALSE,FALSE,,FALSE\n`, code: "plainList" },
  { text: "", code: "emptyFile" },
  { text: "what,else\na.example,deny\n", code: "noHeader" },
])("without --effect, $text is refused ($code)", async ({ text, code }) => {
  const error = await read(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FileError);
  expect((error as FileError).problem.code).toBe(code);
});

it.each<{ text: string; kind: string; line?: number }>([
  { text: "# hosts\n0.0.0.0 ads.example\n", kind: "hosts", line: 2 },
  { text: "127.0.0.1\tads.example\n", kind: "hosts" },
  { text: "::1 localhost\n", kind: "hosts" },
  { text: "! Title: AdGuard\n! Version: 2\n||ads.example^\n", kind: "adblock", line: 3 },
  { text: "[Adblock Plus 2.0]\n! Title: A list\n||ads.example^$third-party\n", kind: "adblock" },
  { text: "@@||good.example^\n", kind: "adblock" },
  { text: "shop.example##.ad\n", kind: "adblock" },
  { text: "address=/ads.example/0.0.0.0\n", kind: "dnsmasq" },
  { text: "# dnsmasq\nlocal=/ads.example/\n", kind: "dnsmasq", line: 2 },
  { text: "server=/ads.example/\n", kind: "dnsmasq" },
  { text: "; RPZ\n$TTL 300\n@ SOA localhost. root.localhost. 1 43200 3600 259200 300\n", kind: "zone", line: 2 },
  { text: "ads.example CNAME .\n", kind: "zone" },
  { text: 'local-zone: "ads.example." always_null\n', kind: "zone" },
])("a file for ad blockers or DNS servers is named with its line, with an effect and without: $text", async ({ text, kind, line = 1 }) => {
  for (const effect of [undefined, "deny"]) {
    const error = await read(text, effect).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "FileError", line, problem: { code: "blockerFile", kind } });
  }
});

it.each(["|entry|effect|\n", "[1]\n", "entry;effect\n", "#entry##effect\n"])("is not taken for one: %s", async (text) => {
  const error = await read(text).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ problem: { code: expect.not.stringContaining("blockerFile") } });
});
