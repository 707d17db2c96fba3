import { toItem } from "../../../adapters/tables/item";
import { profileFilters } from "../../../features/profiles/filters";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";

// What the console's page and the command know of the same profiles.

const rows = [
  { person: "kim@contoso.com", displayName: "Kim Lee", city: "Busan", note: "spring fair", expiresAt: "2099-01-31" },
  { person: "kimberly@contoso.com", city: "Lund" },
  { person: "k.im@gmail.com", city: "Lund" },
  { person: "kim@gmail.com", city: "Oslo" },
  { person: "Kim@Fabrikam.com", city: "Lund" },
  { person: "fabrikam.com", city: "Lund" },
  { person: "issuer:google.com/1184", city: "Lund" },
  { person: "issuer:Google.com/1185", city: "Lund" },
  { person: "lee@contoso.com", city: "Lund", expiresAt: "soon" },
  { person: "past@contoso.com", city: "Lund", expiresAt: "2020-01-31" },
  { person: "mina@contoso.com", email: "x@y.example", tags: { a: "b" } },
  { person: "true@contoso.com", city: true },
];

let instance: TestInstance;
let pages: TestConsole;
beforeAll(async () => {
  [instance, pages] = await Promise.all([startInstance(), startConsole()]);
  for (const row of rows) {
    await pages.put(row, "profiles");
    await instance.dynamodb.client.call("PutItem", { TableName: instance.profilesTable, Item: toItem(row) });
  }
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

type Set = Partial<Record<keyof typeof profileFilters, string>>;

const shown = async (set: Set) => await (await pages.get(`/profiles?${new URLSearchParams(set)}`, "Reader")).text();
const exported = async ({ q, problem }: Set, ...args: string[]) => {
  const options = [
    ...(q === undefined ? [] : [profileFilters.q.flag.split(" ")[0] ?? "", q]),
    ...(problem ? [profileFilters.problem.flag] : []),
  ];
  return await gatehouse("table", "export", "profiles", "--format", "jsonl", ...options, ...args, ...instance.local);
};

const doors = {
  page: async (set: Set) => [...(await shown(set)).matchAll(/<tr data-key="([^"]*)"/g)].map(([, key = ""]) => key),
  command: async (set: Set) => (jsonLines(await exported(set)) as { person: string }[]).map(({ person }) => person),
};

const searches = ["kim", "KIM", "k.im@gmail.com", "K.I.M+x@Googlemail.com", "Kim@Fabrikam.com", "issuer:Google.com/1185", "nobody"];
const sets: readonly Set[] = [{}, { problem: "1" }, ...searches.flatMap((q): Set[] => [{ q }, { q, problem: "1" }])];

it.each(sets)("page and command find the same profiles in the same order, by %o", async (set) => {
  expect(await doors.command(set)).toEqual(await doors.page(set));
});

it("each search leaves out some profiles, and all but one find some", async () => {
  expect(await doors.command({})).toHaveLength(rows.length);
  for (const q of searches) expect((await doors.command({ q })).length, q).toBeLessThan(rows.length);
  expect(await doors.command({ q: "K.I.M+x@Googlemail.com" })).toEqual(["kim@gmail.com"]);
  expect(await doors.command({ q: "nobody" })).toEqual([]);
  expect((await doors.command({ problem: "1" })).sort()).toEqual(
    ["Kim@Fabrikam.com", "fabrikam.com", "issuer:Google.com/1185", "lee@contoso.com", "mina@contoso.com", "true@contoso.com"].sort(),
  );
});

/** Each problem as the page and the command word it. */
const problems = [
  ["never found", "never found"],
  ["set no attribute: email, tags", 'no attribute is set from the column "email"; no attribute is set from the column "tags"'],
  ["set no attribute: city", 'no attribute is set from the column "city"'],
  ["cannot be read", "its end cannot be read"],
] as const;

it.each(rows.map(({ person }) => person))("page and command say the same of the profile of %s", async (person) => {
  const page = (await shown({ open: person } as Set)).split("<aside")[1] ?? "";
  const told = (await exported({})).stderr.split("\n").find((line) => line.startsWith(`Warning: ${person}: `)) ?? "";
  for (const [atPage, atCommand] of problems) expect([atPage, told.includes(atCommand)]).toEqual([atPage, page.includes(atPage)]);
  expect(told.includes("has expired")).toBe(/[Ee]xpired/.test(page));
});

it("an export says that no sign-up finds a row, as the page does", async () => {
  const ran = await exported({ q: "issuer:Google.com/1185" });
  expect(ran.stderr).toBe("Warning: issuer:Google.com/1185: is never found: no sign-up uses this spelling of the person.\n");
});

it("the filters are refused for another table", async () =>
  expect(await gatehouse("table", "export", "reference-data", "--problem", ...instance.local)).toMatchObject({
    exitCode: 1,
    stderr: "--search and --problem are for profiles alone.\n",
  }));
