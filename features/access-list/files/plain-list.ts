import { type Line, splitLines } from "../../../engine/files/csv";
import { type BlockerFile, FileError } from "../../../engine/files/file-problem";
import type { RowLine } from "../../../engine/files/rows";
import { readEntry } from "../entry";

// Block lists as they are published: one domain a line with `#` comments, or the columns of Mastodon's export.

export type PlainKind = "lines" | "mastodon";

/** https://docs.joinmastodon.org/admin/moderation: only `suspend` refuses the people of a domain. */
const MASTODON_HEADER = /^#domain(?:,#\w+)*$/i;
const MASTODON_BLOCK = "suspend";
const blockerLines: readonly (readonly [BlockerFile, RegExp])[] = [
  ["hosts", /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*::?[0-9a-f]*)\s+\S/i],
  // https://adguard.com/kb/general/ad-filtering/create-own-filters
  ["adblock", /^(?:\[(?:adblock|ublock|adguard)|@@|\|\|[\w*]|\|https?:|[\w.*~,-]+#[@?$%]{0,2}#\S|[\w.*-]+\^)/i],
  ["dnsmasq", /^(?:address|server|local)=\//],
  // Response policy zones, and Unbound.
  ["zone", /^(?:\$(?:TTL|ORIGIN)\s|@\s.*\bSOA\b|\S+\s(?:.*\s)?CNAME\s+\.|local-(?:zone|data):)/i],
];

/** Undefined for a file with a header of ours. @param start the beginning of the file, with at least its first line that is no comment */
export function recognizePlainList(start: string): PlainKind | undefined {
  const lines = start.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  const filled = lines.map((text) => text.trim()).filter((text) => text !== "");
  if (MASTODON_HEADER.test(filled[0] ?? "")) return "mastodon";
  const first = filled.find((text) => !isComment(text));
  if (first === undefined) return undefined;
  const blocker = findBlocker(first);
  if (blocker !== undefined) throw new FileError(lines.findIndex((text) => text.trim() === first) + 1, blocker);
  return readEntry(stripComment(first)).ok ? "lines" : undefined;
}

/** True if the text has a whole line that is no comment. */
export function hasFirstLine(start: string): boolean {
  return start
    .split(/\r\n|\r|\n/)
    .slice(0, -1)
    .some((text) => text.trim() !== "" && (!isComment(text.trim()) || MASTODON_HEADER.test(text.replace(/^\ufeff/, "").trim())));
}

/** @param onPassedOver called at the end, with what was not read of Mastodon's columns */
export async function* parsePlainList(
  text: AsyncIterable<string>,
  kind: PlainKind,
  onPassedOver?: (names: readonly string[]) => void,
): AsyncGenerator<readonly RowLine[]> {
  const passedOver = new Set<string>();
  for await (const block of splitLines(text)) {
    const lines = block.map((line) => ({ ...line, text: line.text.replace(/^\ufeff/, "").trim() }));
    yield lines.flatMap((line) => (kind === "lines" ? readLine(line) : readMastodonLine(line, passedOver)) ?? []);
  }
  if (passedOver.size > 0) onPassedOver?.([...passedOver]);
}

function readLine({ number: line, text, tooLong }: Line): RowLine | undefined {
  if (tooLong) return { line, problem: { code: "lineTooLong" } };
  if (text === "" || isComment(text)) return undefined;
  const blocker = findBlocker(text);
  return blocker === undefined ? { line, cells: { entry: stripComment(text) } } : { line, problem: blocker };
}

function findBlocker(line: string) {
  const kind = blockerLines.find(([, pattern]) => pattern.test(line))?.[0];
  return kind && ({ code: "blockerFile", kind } as const);
}

function readMastodonLine({ number: line, text, tooLong }: Line, passedOver: Set<string>): RowLine | undefined {
  if (tooLong) return { line, problem: { code: "lineTooLong" } };
  if (text === "") return undefined;
  if (MASTODON_HEADER.test(text)) {
    for (const name of text.split(",").slice(2)) passedOver.add(name);
    return undefined;
  }
  const [entry = "", severity = MASTODON_BLOCK] = text.split(",");
  if (severity === MASTODON_BLOCK) return { line, cells: { entry } };
  passedOver.add(`rows with #severity ${severity}`);
  return undefined;
}

function isComment(text: string): boolean {
  return /^[#!;]/.test(text);
}

function stripComment(text: string): string {
  return text.replace(/\s+#.*$/, "");
}
