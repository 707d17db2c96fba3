import { toItem, toRow } from "../../../adapters/tables/item";
import { omit } from "../../../engine/collections";
import { entryFilters } from "../../../features/access-list/filters";
import { addIndexes } from "../../../features/access-list/store/list-indexes";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";

let pages: TestConsole;
let instance: TestInstance;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const edited = (row: Readonly<Record<string, string>>, days: number) =>
  toRow(addIndexes(toItem(row), { at: inDays(days), name: "Kim" })) as typeof row;
const rows: readonly Readonly<Record<string, string>>[] = [
  { entry: "contoso.com", effect: "allow" },
  { entry: "kim@contoso.com", effect: "deny", note: "Left in May", expiresAt: inDays(3) },
  { entry: "lee@contoso.com", effect: "deny", expiresAt: inDays(20), allowedUntil: inDays(5) },
  { entry: "mina@litware.example", effect: "approval", note: "left" },
  { entry: "*.litware.example", effect: "allow", expiresAt: inDays(60) },
  { entry: "gone@litware.example", effect: "allow", expiresAt: inDays(-2) },
  { entry: "older@litware.example", effect: "deny", expiresAt: inDays(-9) },
  { entry: "gmail.com", effect: "allow" },
  edited({ entry: "kept.example", effect: "allow", note: "LeFT to them" }, -40),
  edited({ entry: "recent.example", effect: "allow" }, -3),
  { entry: "void.example", effect: "allow", expiresAt: "tomorrow" },
  { entry: "odd.example", effect: "perhaps" },
  { entry: "elsewhere.example", effect: "deny", gates: "suppliers" },
  { entry: "issuer:google.com/1184", effect: "allow", note: "LEFT" },
];

beforeAll(async () => {
  [pages, instance] = await Promise.all([startConsole(), startInstance()]);
  for (const row of rows) await pages.put(row);
  await instance.putRows(rows);
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

type Set = Partial<Record<keyof typeof entryFilters | "problem", string>>;

/** The entries that a door shows, in its order. */
const doors = {
  async page(set: Set): Promise<readonly string[]> {
    const html = await (await pages.get(`/access-list?${new URLSearchParams(set)}`, "Reader")).text();
    return [...html.matchAll(/<tr data-key="([^"]*)"/g)].map(([, key = ""]) => key);
  },
  async command(set: Set): Promise<readonly string[]> {
    const { problem, ...filters } = set;
    const options = Object.entries(filters).flatMap(([name, text]) => [
      entryFilters[name as keyof typeof filters].flag.split(" ")[0] ?? "",
      text,
    ]);
    const ran = await gatehouse("list", "show", "--json", ...(problem === undefined ? [] : ["--problem"]), ...options, ...instance.local);
    expect(ran).toMatchObject({ exitCode: 0 });
    return (jsonLines(ran) as { entry: string }[]).map(({ entry }) => entry);
  },
};

const texts: Readonly<Record<keyof Set, readonly string[]>> = {
  q: ["kim@contoso.com", "KIM@", "litware", "issuer:Google.com/1", "nobody@contoso.com", "gmail.com"],
  effect: ["allow", "approval", "deny"],
  ends: ["expired", "7", "30", "90"],
  note: ["left", "Left", "LEFT", "nothing"],
  used: ["no"],
  problem: ["1"],
};
const sets = (Object.keys(texts) as (keyof Set)[]).flatMap((name) =>
  texts[name].flatMap((text): readonly Set[] => [{ [name]: text }, { effect: "deny", [name]: text }, { note: "left", [name]: text }]),
);

describe("the page and `list show` find the same entries", () => {
  it.each([{}, ...sets])("by %o", async (set) => {
    // The page begins with those warnings that no index finds.
    const sort = (entries: readonly string[]) => (set.problem === undefined ? entries : [...entries].sort());
    expect(sort(await doors.command(set))).toEqual(sort(await doors.page(set)));
  });

  it.each(sets.filter((set) => Object.keys(set).length === 1))("and each filter leaves out some, %o", async (set) => {
    expect((await doors.command(set)).length).toBeLessThan(rows.length);
  });

  it("and each finds some", async () => {
    for (const effect of texts.effect) expect(await doors.command({ effect }), effect).not.toEqual([]);
    expect(await doors.command({ used: "no" })).toEqual(["kept.example"]);
    expect(await doors.page({ note: "left" })).toContain("kept.example");
    for (const ends of texts.ends) expect(await doors.command({ ends }), ends).not.toEqual([]);
    expect(await doors.command({ problem: "1" })).toEqual([
      "elsewhere.example",
      "gmail.com",
      "mina@litware.example",
      "odd.example",
      "void.example",
    ]);
  });

  it("the command says what is wrong with each, as the page does", async () => {
    const ran = await gatehouse("list", "show", "--problem", "--json", ...instance.local);
    const problems = Object.fromEntries(
      (jsonLines(ran) as { entry: string; problem: string }[]).map(({ entry, problem }) => [entry, problem]),
    );
    expect(problems).toMatchObject({
      "elsewhere.example": expect.stringContaining("suppliers"),
      "gmail.com": expect.stringContaining("gmail.com"),
    });
  });

  it("--limit says that there are more", async () => {
    const ran = await gatehouse("list", "show", "--limit", "2", "--json", ...instance.local);
    expect(jsonLines(ran)).toHaveLength(2);
    expect(ran.stderr).toContain("There are more than 2: see --limit.");
    expect(omit({ ...ran }, "stdout")).toMatchObject({ exitCode: 0 });
  });
});
