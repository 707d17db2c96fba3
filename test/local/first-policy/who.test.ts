import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { runCases } from "../../../local/cases/run";
import { type WhoAnswer, whoAnswers } from "../../../local/first-policy/answers";
import { buildPolicyFiles, domainsIn, filesIn } from "../../../local/first-policy/chosen";
import { changedLines, fingerprint, isAsShipped, shippedHashes } from "../../../local/first-policy/plan";
import { whoBench } from "../../../local/workbench/who-bench";

const SHIPPED = join(packageRoot, "policy");
/** In the project, so that policies find what they import. */
const scratch = mkdtempSync(join(packageRoot, ".local-test-who-"));
const replaced = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => [scratch, replaced].forEach((folder) => void rmSync(folder, { recursive: true, force: true })));

const chosen = (who: WhoAnswer["who"]): WhoAnswer => ({ who, domains: who === "domains" ? ["wingtiptoys.com", "tailspin.example"] : [] });
let count = 0;
/** An app's policy, as it is shipped. */
function folderAsShipped(): string {
  const folder = join(scratch, `policy-${++count}`);
  cpSync(SHIPPED, folder, { recursive: true });
  return folder;
}
const restart = vi.fn();
beforeEach(() => restart.mockReset());
const benchOf = (folder: string, assertUsable: (draft: string) => Promise<void> = async () => undefined) =>
  whoBench({ folder, replaced, restart, assertUsable });
const edit = (folder: string, path: string, change: (text: string) => string) =>
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));

it("the shipped policy is recognised", () => {
  const files = filesIn(SHIPPED);
  const now = Object.fromEntries(Object.keys(shippedHashes).map((path) => [path, fingerprint(files.get(path) ?? "")]));
  expect(shippedHashes, "write this into local/first-policy/plan.ts").toEqual(now);
  expect([...files.keys()].filter((path) => path.startsWith("cases/")).every((path) => path in shippedHashes)).toBe(true);
  expect(isAsShipped(files)).toBe(true);
});

describe.each(whoAnswers)("the answer %s to who may sign up", (who) => {
  it("makes a policy whose cases pass, and is not asked for again", async () => {
    const folder = folderAsShipped();
    const bench = benchOf(folder);
    expect(bench.isFirst()).toBe(true);
    expect(await bench.choose(chosen(who), "")).toEqual({ kind: "written", kept: [], before: expect.any(String) });
    expect(restart).toHaveBeenCalledOnce();
    expect(bench.isFirst()).toBe(false);
    expect(readdirSync(join(folder, "cases"))).toEqual(["who.json"]);
    const { results } = await runCases(folder);
    expect(results.length).toBeGreaterThan(5);
    expect(results.filter(({ right }) => !right)).toEqual([]);
  });

  it.each(whoAnswers)("replaces the answer %s without a question if no file was edited", async (before) => {
    const folder = folderAsShipped();
    for (const each of [before, who]) expect(await benchOf(folder).choose(chosen(each), "")).toMatchObject({ kind: "written" });
    expect([...filesIn(folder)].filter(([path]) => /^(cases\/|[\w-]+\.ts$)/.test(path)).map(([path]) => path)).toEqual([
      ...buildPolicyFiles(chosen(who)).keys(),
    ]);
  });
});

it("the domains are put into the policy and its cases in the typed order", async () => {
  const files = buildPolicyFiles(chosen("domains"));
  expect(files.get("who.ts")).toContain('domains: ["wingtiptoys.com", "tailspin.example"]');
  expect(files.get("cases/who.json")).toContain("kim@wingtiptoys.com");
  expect([...files.values()].join()).not.toContain("contoso");
  const folder = folderAsShipped();
  await benchOf(folder).choose(chosen("domains"), "");
  expect(benchOf(folder).domains()).toEqual(["wingtiptoys.com", "tailspin.example"]);
});

describe("a file that was edited by hand", () => {
  const edited = async () => {
    const folder = folderAsShipped();
    await benchOf(folder).choose(chosen("list"), "");
    edit(folder, "who.ts", (text) => text.replace("listed: true", 'listed: true, domains: ["mine.example"]'));
    restart.mockReset();
    return folder;
  };
  const whole = (folder: string) => JSON.stringify([...filesIn(folder)]);

  it("is shown beside its replacement, and nothing is written", async () => {
    const folder = await edited();
    const before = whole(folder);
    const outcome = await benchOf(folder).choose(chosen("invited"), "");
    expect(outcome).toMatchObject({ kind: "asks", changes: [{ file: "who.ts" }] });
    const lines = outcome.kind === "asks" ? (outcome.changes[0]?.lines ?? []) : [];
    expect(lines.find(({ sign }) => sign === "-")?.text).toBe("/** People on the access list may sign up, and nobody else. */");
    expect(lines.some(({ sign, text }) => sign === "-" && text.includes("mine.example"))).toBe(true);
    expect(whole(folder)).toBe(before);
    expect(restart).not.toHaveBeenCalled();
  });

  it("is replaced after confirmation, and saved in the data folder", async () => {
    const folder = await edited();
    const before = whole(folder);
    const asked = await benchOf(folder).choose(chosen("invited"), "");
    const outcome = await benchOf(folder).choose(chosen("invited"), asked.kind === "asks" ? asked.seen : "");
    expect(outcome).toMatchObject({ kind: "written" });
    expect(outcome.kind === "written" && whole(outcome.before)).toBe(before);
    expect(readFileSync(join(folder, "who.ts"), "utf8")).toBe(buildPolicyFiles(chosen("invited")).get("who.ts"));
  });

  it("is asked about again if it was edited after the question", async () => {
    const folder = await edited();
    const asked = await benchOf(folder).choose(chosen("invited"), "");
    edit(folder, "who.ts", (text) => `${text}// one more\n`);
    expect(await benchOf(folder).choose(chosen("invited"), asked.kind === "asks" ? asked.seen : "")).toMatchObject({ kind: "asks" });
  });

  it("is kept if the answer does not replace it: cases, people, steps and other files", async () => {
    const folder = folderAsShipped();
    writeFileSync(join(folder, "cases", "mine.json"), "{}");
    writeFileSync(join(folder, "before-sending-token.ts"), "// mine");
    mkdirSync(join(folder, "answers"));
    writeFileSync(join(folder, "answers", "logo.bin"), Buffer.from([0xff, 0x00, 0xfe]));
    symlinkSync("who.ts", join(folder, "link.ts"));
    edit(folder, "cases/access-list.csv", (text) => `${text}mine.example,allow,,,\n`);
    const outcome = await benchOf(folder).choose(chosen("list"), "");
    expect(outcome).toMatchObject({
      kind: "written",
      kept: ["answers/logo.bin", "before-sending-token.ts", "cases/access-list.csv", "cases/mine.json"],
    });
    expect(readFileSync(join(folder, "answers", "logo.bin"))).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
    expect(readFileSync(join(folder, "link.ts"), "utf8")).toContain("admit(");
    expect(readdirSync(join(folder, "people"))).toHaveLength(4);
  });
});

it.each(whoAnswers)("the answer %s keeps the rows of cases that stay, and its own cases pass together with those rows", async (who) => {
  const folder = folderAsShipped();
  edit(folder, "cases/before-create-user.json", (text) => text.replace("an address that no entry names", "somebody whom no entry names"));
  expect(await benchOf(folder).choose(chosen(who), "")).toMatchObject({ kept: ["cases/before-create-user.json"] });
  expect(readdirSync(join(folder, "cases"))).toEqual(["access-list.csv", "before-create-user.json", "who.json"]);
  const { results } = await runCases(folder);
  expect(results.filter(({ file, right }) => file.endsWith("who.json") && !right)).toEqual([]);
});

it("nothing changes if the new policy is unusable, or if a file is saved meanwhile", async () => {
  const folder = folderAsShipped();
  const before = JSON.stringify([...filesIn(folder)]);
  const refuse = async () => Promise.reject(new Error("before-sending-token.ts:3: no such rule"));
  expect(await benchOf(folder, refuse).choose(chosen("open"), "")).toEqual({
    kind: "failed",
    problem: "before-sending-token.ts:3: no such rule",
  });
  expect(JSON.stringify([...filesIn(folder)])).toBe(before);
  const save = async () => writeFileSync(join(folder, "before-create-user.ts"), "// saved meanwhile");
  expect(await benchOf(folder, save).choose(chosen("open"), "")).toMatchObject({
    kind: "failed",
    problem: expect.stringContaining("meanwhile"),
  });
  expect(readFileSync(join(folder, "before-create-user.ts"), "utf8")).toBe("// saved meanwhile");
  expect(restart).not.toHaveBeenCalled();
  expect(readdirSync(scratch).filter((name) => name.startsWith(".gatehouse"))).toEqual([]);
});

it("only one answer is written at a time", async () => {
  const bench = benchOf(folderAsShipped());
  const both = await Promise.all([bench.choose(chosen("list"), ""), bench.choose(chosen("open"), "")]);
  expect(both.map(({ kind }) => kind)).toEqual(["written", "failed"]);
});

it("a team can read the written files, though the start's own files are private", async () => {
  const folder = folderAsShipped();
  const mask = process.umask(0o077);
  await benchOf(folder).choose(chosen("list"), "");
  process.umask(mask);
  const modes = ["", "who.ts", "cases", "cases/who.json", "people/allowed.json"].map((path) =>
    (statSync(join(folder, path)).mode & 0o777).toString(8),
  );
  expect(modes).toEqual(["755", "644", "755", "644", "644"]);
});

it.each([
  ["contoso.com", ["contoso.com"], []],
  [" @Contoso.com, fabrikam.com;\n contoso.com", ["contoso.com", "fabrikam.com"], []],
  ["bücher.example", ["xn--bcher-kva.example"], []],
  [
    "https://contoso.com kim@contoso.com *.contoso.com contoso com",
    [],
    ["https://contoso.com", "kim@contoso.com", "*.contoso.com", "contoso", "com"],
  ],
  ['x"], everyoneElse: "continue', [], ['x"]', "everyoneElse:", '"continue']],
  ["", [], []],
])("the domains in %j are read", (typed, domains, wrong) => {
  expect(domainsIn(typed)).toEqual({ domains, anyones: [], wrong });
});

it.each(["gmail.com", "YAHOO.co.uk", "ac.kr", "github.io", "onmicrosoft.com", "mailinator.com", "x.mailinator.com", "mozmail.com"])(
  "%s is recognised as a public mail domain",
  (typed) => {
    expect(domainsIn(`contoso.com ${typed}`).anyones).toEqual([typed.toLowerCase()]);
  },
);

it.each([
  ["a\nb\nc", "a\nc", [" a", "-b", " c"]],
  ["a", "b\na\nc", ["+b", " a", "+c"]],
  ["a\r\nb", "a\nb", [" a", " b"]],
])("the change from %j to %j is shown", (before, after, lines) => {
  expect(changedLines(before, after).map(({ sign, text }) => `${sign}${text}`)).toEqual(lines);
});
