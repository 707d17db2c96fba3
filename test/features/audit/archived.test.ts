import { archiveName, archiveText, hashOfEntry, linkedEntry, readArchived } from "../../../features/audit/chain";
import type { AuditNews } from "../../../features/audit/entry";

const NOW = new Date("2026-06-01T08:00:00.000Z");
const news: AuditNews = {
  by: "4f1f3c52-0e8a-4c5b-9d7e-0a1b2c3d4e5f",
  via: "console",
  action: "access-list.changed",
  outcome: "done",
  subject: "kim@contoso.com",
  person: "person-1",
  after: { effect: "allow" },
};
const first = linkedEntry(undefined, news, NOW, "salt");
const second = linkedEntry(first, { ...news, subject: "lee@contoso.com" }, NOW, "salt");

it("an archive has one line for each entry, without the parts that an erasure removes", () => {
  const lines = archiveText([first, second]).split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe("");
  const { details: _, subject: __, person: ___, ...lasting } = first;
  expect(JSON.parse(lines[0] ?? "")).toEqual(lasting);
  expect(lines.join("")).not.toContain("contoso.com");
  expect(archiveText([])).toBe("");
});

it("an archive object is named after its first and last entry and the last hash", () => {
  expect(archiveName([first, second])).toBe(`entries/000000000001-000000000002-${second.hash.slice(0, 16)}.jsonl`);
  expect(archiveName([second])).toBe(`entries/000000000002-000000000002-${second.hash.slice(0, 16)}.jsonl`);
});

describe("a line of an archive", () => {
  const [line = ""] = archiveText([first]).split("\n");
  const entry = JSON.parse(line);
  const text = (changes: object) => JSON.stringify({ ...entry, ...changes });
  /** As somebody would write it who knows how entries are hashed. */
  const forged = (changes: object) => text({ ...changes, hash: hashOfEntry({ ...entry, ...changes }) });

  it("gives back the entry that was archived", () => {
    expect(readArchived(line)).toEqual(entry);
  });

  it.each([
    { what: "no JSON", line: "{" },
    { what: "nothing", line: "" },
    { what: "null", line: "null" },
    { what: "a text", line: '"entry"' },
    { what: "a list", line: "[]" },
    { what: "one without a number", line: forged({ number: undefined }) },
    { what: "one without a time", line: forged({ at: undefined }) },
    { what: "one without a hash", line: text({ hash: undefined }) },
    { what: "one whose number is no text", line: forged({ number: 1 }) },
    { what: "one whose number has fewer digits", line: forged({ number: "1" }) },
    { what: "one whose time is no text", line: forged({ at: 1 }) },
    { what: "one that says something else", line: text({ action: "access-list.read" }) },
    { what: "one with another number", line: text({ number: "000000000002" }) },
    { what: "one with another hash", line: text({ hash: second.hash }) },
  ])("is refused if it is $what", ({ line: given }) => {
    expect(readArchived(given)).toBeUndefined();
  });
});
