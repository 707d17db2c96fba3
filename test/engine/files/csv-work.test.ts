import { parse } from "csv-parse/sync";
import { csvRecords, splitLines } from "../../../engine/files/csv";

vi.mock("csv-parse/sync", async (original) => {
  const library = await original<typeof import("csv-parse/sync")>();
  return { ...library, parse: vi.fn(library.parse) };
});

/** How many characters the library is given for each character of the file. */
async function workFor(line: (index: number) => string): Promise<{ readonly passes: number; readonly problems: number }> {
  vi.mocked(parse).mockClear();
  const text = `${Array.from({ length: 4_000 }, (_, index) => line(index)).join("\n")}\n`;
  let problems = 0;
  async function* whole() {
    yield text;
  }
  for await (const block of csvRecords(splitLines(whole()))) problems += block.filter((record) => "problem" in record).length;
  const given = vi.mocked(parse).mock.calls.reduce((sum, [input]) => sum + String(input).length, 0);
  return { passes: given / text.length, problems };
}

it.each([
  { given: "a stray quote in each line", line: (index: number) => `p${index}@contoso.com,al"low`, problems: 4_000 },
  {
    given: "a stray quote in each tenth line",
    line: (index: number) => `p${index}@contoso.com,allow${index % 10 === 0 ? '"' : ""}`,
    problems: 400,
  },
  { given: "a fault that ends within its line", line: (index: number) => `p${index}@contoso.com,"al"low`, problems: 4_000 },
  { given: "quoted cells", line: (index: number) => `p${index}@contoso.com,"allow"`, problems: 0 },
])("the CSV reader passes over each line less than four times, with $given", async ({ line, problems }) => {
  const work = await workFor(line);
  expect(work.problems).toBe(problems);
  expect(work.passes).toBeLessThan(4);
});

it("the CSV reader stops after ten thousand faulty lines with an error", async () => {
  const faulty = Array.from({ length: 30_000 }, (_, index) => `p${index}@contoso.com,"al"low\n`);
  async function* pieces() {
    for (let at = 0; at < faulty.length; at += 1_000) yield faulty.slice(at, at + 1_000).join("");
  }
  const records = [];
  for await (const block of csvRecords(splitLines(pieces()))) records.push(...block);
  expect(records.length).toBeLessThan(12_000);
  expect(records.at(-1)).toEqual({ line: records.length, problem: { code: "tooManyFaults", most: 10_000 } });
});
