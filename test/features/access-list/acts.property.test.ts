import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { makeWorld } from "../../../adapters/operator/world";
import { omit } from "../../../engine/collections";
import { beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import { setEntry } from "../../../features/access-list/acts/entries";
import { listEditConcerns } from "../../../features/access-list/acts/judging";
import { listsOfGates } from "../../../features/access-list/asked-lists";
import type { ConcernCode } from "../../../features/access-list/breadth";
import { concernWords } from "../../../features/access-list/entry-words";
import { readCells } from "../../../features/access-list/files/row";
import { accessList, requestApproval } from "../../../index";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { policyFolder } from "../../support/policy-folder";
import { runs } from "../../support/runs";
import { storedEntry } from "./pages/entries";

let pages: TestConsole;
let instance: TestInstance;
const folders: Record<string, string> = {};
beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance();
  for (const [name, rules] of [
    ["asks", "accessList(), requestApproval()"],
    ["asks nobody", "accessList()"],
  ] as const)
    folders[name] = policyFolder({
      "before-create-user.ts": `import { accessList, beforeCreateUser, requestApproval } from "entra-gatehouse";\nvoid requestApproval;\nexport default beforeCreateUser([${rules}], { trust: ["mail", "google.com"] });\n`,
    });
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const trust = { trust: ["mail", "google.com"] } as const;
const policies: Readonly<Record<string, Policy>> = {
  asks: beforeCreateUser([accessList(), requestApproval()] as never, trust as never) as Policy,
  "asks nobody": beforeCreateUser([accessList()] as never, trust as never) as Policy,
};

const effects = ["allow", "approval", "deny"] as const;
const facts = fc.record({
  entry: fc.constantFrom(
    ...["kim@place.example", "kim+x@place.example", "place.example", "*.place.example", "gmail.com", "c0ntoso.com", "github.io"],
    ...["*", "disposable", "issuer:google.com", "spam*@gmail.com"],
  ),
  effect: fc.constantFrom(...effects),
  expiresAt: fc.constantFrom("", "", "2099-01-31", "2020-01-31"),
  gates: fc.constantFrom("", "", "", "default", "nowhere"),
  issuer: fc.constantFrom("", "", "", "tiktok"),
  /** The row of the entry that is there. */
  current: fc.constantFrom("none", "none", ...effects),
  /** A row around it. */
  around: fc.constantFrom("none", "*", "place.example"),
  policy: fc.constantFrom("asks", "asks nobody"),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

/** Concerns that a door does not read, with the reason. */
const unread: Readonly<Record<"console" | "command", readonly ConcernCode[]>> = {
  console: [],
  // AWS does not say which addresses are the caller's, and only a dry run has the right to read decisions.
  command: ["deniesOwn", "ownWaits", "refusesMany", "admitsMany"],
};

const escapePattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** The beginning of what a door says of a concern: pages shorten long texts. */
const said = Object.fromEntries(
  Object.entries(concernWords.en).map(([code, words]) => {
    const texts = [words("§"), words("")].map(
      (text) => `${escapePattern(text.slice(0, 60)).replaceAll("§", "[^ ]+")}${text.length > 60 ? "" : "(?!\\S)"}`,
    );
    return [code, new RegExp(texts.join("|"))];
  }),
) as Readonly<Record<ConcernCode, RegExp>>;
const codesIn = (text: string) => (Object.keys(said) as ConcernCode[]).filter((code) => said[code].test(text)).sort();

const others = {
  "*": { entry: "*", effect: "deny" },
  "place.example": { entry: "place.example", effect: "deny" },
  none: undefined,
} as const;
const rowsOf = ({ entry, current, around }: Facts) => [
  { entry: "contoso.com", effect: "allow" },
  ...(others[around] === undefined || others[around].entry === entry ? [] : [others[around]]),
  ...(current === "none" ? [] : [{ entry: current === "allow" ? entry : entry.replace("+x", ""), effect: current }]),
];

async function setUp(state: Facts): Promise<void> {
  const { client, tableName } = pages.database;
  for await (const page of pages.world.accessList.pages())
    for (const { entry } of page) if (entry) await client.call("DeleteItem", { TableName: tableName, Key: { entry } });
  await instance.clear();
  for (const row of rowsOf(state)) {
    await pages.put(row);
    await instance.putRow(row);
  }
  const policy = policies[state.policy] as Policy;
  const file = join(instance.data, "instance.json");
  const askedLists = JSON.stringify(listsOfGates(["default"], () => [policy]));
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), askedLists, policy: folders[state.policy] }));
  vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy]);
}

const plain = { expiresAt: "", gates: "", issuer: "", current: "none", around: "none", policy: "asks" } as const;
/** States that are rare among random ones. */
const examples: [Facts][] = [
  [{ ...plain, entry: "gmail.com", effect: "allow" }],
  [{ ...plain, entry: "c0ntoso.com", effect: "allow" }],
  [{ ...plain, entry: "github.io", effect: "deny" }],
  [{ ...plain, entry: "kim@place.example", effect: "deny", around: "place.example" }],
  [{ ...plain, entry: "*", effect: "allow", current: "deny" }],
  [{ ...plain, entry: "*", effect: "deny", expiresAt: "2020-01-31", current: "deny" }],
  [{ ...plain, entry: "place.example", effect: "allow", gates: "nowhere" }],
];

interface Tried {
  readonly shown: readonly ConcernCode[];
  readonly refused: boolean;
}

const doors: Readonly<Record<"console" | "command", (state: Facts) => Promise<Tried>>> = {
  async console({ entry, effect, expiresAt, gates, issuer }) {
    const fields = { entry, effect, expiresAt, gates, issuer, note: "", account: "", asked: "1" };
    const question = await pages.post("/access-list/add", "Administrator", fields);
    const html = (await question.text()).replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    if (question.status === 400) return { shown: [], refused: true };
    const [, asked = ""] = html.split("data-question");
    const text = asked.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    const [, version = ""] = /name="version" value="([^"]+)"/.exec(asked) ?? [];
    const [, confirm = ""] = /Type (\S+?),? /.exec(text) ?? [];
    await pages.post("/access-list/add", "Administrator", { ...fields, version, confirm, sure: "yes" });
    return { shown: codesIn(text), refused: false };
  },
  async command({ entry, effect, expiresAt, gates, issuer }) {
    const option = (name: string, text: string) => (text === "" ? [] : [name, text]);
    const options = [...option("--expires", expiresAt), ...option("--gate", gates), ...option("--issuer", issuer)];
    const args = [entry, "--effect", effect, ...options, "--force", ...instance.local];
    const dry = await gatehouse("list", "add", "--dry-run", ...args);
    const ran = await gatehouse("list", "add", "--yes", ...args);
    return { shown: codesIn(dry.stderr), refused: ran.exitCode !== 0 };
  },
};

const withoutTyped = (rows: readonly object[]) => rows.map((row) => JSON.stringify(omit(row as { typed?: string }, "typed"))).sort();

it("each door shows what the act knows but for the table, refuses alike, and leaves the same rows", async () => {
  const shownCodes = new Set<string>();
  const property = fc.asyncProperty(facts, async (state) => {
    await setUp(state);
    const { entry, effect, policy: _, current: __, around: ___, ...cells } = state;
    const given = Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ""));
    const read = readCells({ entry, effect, ...given });
    const expected: Record<string, { shown: readonly ConcernCode[]; refused: boolean }> = {};
    for (const via of ["console", "command"] as const) {
      if (!read.ok) expected[via] = { shown: [], refused: true };
      else {
        const actor = { by: "kim", via } as const;
        const doing = { actor, now: new Date() };
        const [known] = await setEntry.read([{ row: read.row, force: true }], makeWorld(setEntry.uses, pages.world.place), doing);
        const concerns = setEntry.concerns(known as NonNullable<typeof known>, {}, actor);
        const codes = listEditConcerns(concerns).map(({ code }) => code);
        const refused = concerns.some(({ weight }) => weight === "refused");
        expected[via] = { shown: refused ? [] : codes.filter((code) => !unread[via].includes(code)).sort(), refused };
      }
    }
    const tried = { console: await doors.console(state), command: await doors.command(state) };
    expect({ state, ...tried }).toEqual({ state, ...expected });
    for (const [name, { shown }] of Object.entries(tried)) for (const code of shown) shownCodes.add(`${name} ${code}`);
    const left = await Promise.all((await instance.rows()).map(async (row) => await storedEntry(pages, String(row.entry))));
    expect(withoutTyped(left.filter((row) => row !== undefined))).toEqual(withoutTyped(await instance.rows()));
  });
  await fc.assert(property, { numRuns: runs(60, 300), endOnFailure: true, examples });
  for (const code of ["freeMail", "everyone", "asksNobody", "shadowed", "unknownIssuer", "looksLike", "endsDeny"] as const)
    for (const name of ["console", "command"]) expect([...shownCodes]).toContain(`${name} ${code}`);
}, 600_000);
