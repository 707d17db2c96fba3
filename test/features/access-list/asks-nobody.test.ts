import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toItem, toRow } from "../../../adapters/tables/item";
import { findKeyAndProblems } from "../../../features/access-list/hygiene";
import { describeRowProblems } from "../../../features/access-list/problem-texts";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { hygieneHandler } from "../../../features/access-list/worker";
import { gatehouse, jsonLines, startInstance, surroundings, type TestInstance } from "../../cli/support";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";

// An approval denies at a gate where no rule asks for one: its row, commands and the worker say so, by the row's own gates.

const { folder } = surroundings();
const NOBODY =
  "At default, no approver is asked, so this entry denies. Put requestApproval after accessList in before-create-user, or choose another effect.";
const FLAG = "no rule asks for approval at default: there it denies";

describe("an approval entry at a gate without approvers is flagged", () => {
  it.each<{ cells: object; silent?: readonly string[]; flag?: string }>([
    { cells: {}, silent: ["default"], flag: FLAG },
    { cells: {}, silent: [], flag: undefined },
    { cells: {}, silent: ["default", "suppliers"], flag: "no rule asks for approval at default, suppliers: there it denies" },
    { cells: { gates: "suppliers" }, silent: ["default"] },
    { cells: { gates: "suppliers, default" }, silent: ["default"], flag: FLAG },
    { cells: { gates: ["default"] }, silent: ["default"], flag: FLAG },
    // It counts everywhere.
    {
      cells: { gates: "?" },
      silent: ["default"],
      flag: `gates is not names of gates: an allow does not count, a deny or approval counts at every gate; ${FLAG}`,
    },
    { cells: { effect: " APPROVAL " }, silent: ["default"], flag: FLAG },
    { cells: { effect: "deny" }, silent: ["default"] },
    { cells: { effect: "allow" }, silent: ["default"] },
    // Where the policies are not known, the flag stays, while it can be right.
    { cells: { problem: FLAG }, flag: FLAG },
    { cells: { problem: `the column "x": ${FLAG}` }, flag: FLAG },
    { cells: { problem: FLAG, effect: "allow" } },
    { cells: { problem: FLAG, gates: "suppliers" } },
    { cells: { problem: "something else" } },
  ])("if its row has $cells and nobody is asked for approval at $silent: $flag", ({ cells, silent, flag }) => {
    const { problems } = findKeyAndProblems({ entry: "contoso.com", effect: "approval", ...cells }, undefined, silent);
    expect(describeRowProblems(problems)).toBe(flag ?? "");
  });

  it.each([
    { silent: "default", flag: FLAG },
    { silent: "suppliers", flag: "no rule asks for approval at suppliers: there it denies" },
    { silent: "", flag: undefined },
    { silent: undefined, flag: FLAG },
  ])("by the worker if its environment lists $silent as gates without approvers: $flag", async ({ silent, flag }) => {
    const settings = {
      ACCESS_LIST_TABLE: "list",
      LEDGER_TABLE: "ledger",
      ...(silent !== undefined && { ACCESS_LIST_SILENT_GATES: silent }),
    };
    const { world } = memoryWorld({ settings });
    await createKeyTable(world.tables, "list", "accessList");
    await createKeyTable(world.tables, "ledger", "ledger");
    const row = { entry: "contoso.com", effect: "approval", problem: FLAG };
    await world.tables.call("PutItem", { TableName: "list", Item: toItem(row) });
    const record = { dynamodb: { Keys: toItem({ entry: row.entry }), NewImage: toItem(row), SequenceNumber: "1" } };
    expect(await hygieneHandler(world)({ Records: [record] } as never)).toEqual({ batchItemFailures: [] });
    expect(toRow((await accessListStore(world.tables, "list").get("contoso.com")) ?? {}).problem).toBe(flag);
  });
});

describe("an approval entry in a deployment with several gates", () => {
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await startInstance([], "policy", { gates: ["suppliers"] });
  });
  afterAll(() => instance.close());
  beforeEach(() => instance.clear());

  const list = (...args: string[]) => gatehouse("list", ...args, ...instance.local);
  const imported = (...lines: string[]) => {
    const path = join(folder, "list.csv");
    writeFileSync(path, `entry,effect,gates\n${lines.join("\n")}\n`);
    return list("import", path);
  };

  it.each([
    { gate: [], warns: true },
    { gate: ["--gate", "suppliers"], warns: false },
    { gate: ["--gate", "suppliers,default"], warns: true },
  ])("makes the command list approval warn: $gate, $warns", async ({ gate, warns }) => {
    const { stderr } = await list("approval", "contoso.com", ...gate);
    expect(stderr.includes(`Warning: ${NOBODY}`)).toBe(warns);
  });

  it("makes list import warn only once for all new entries with the same gates", async () => {
    const first = await imported(
      "contoso.com,approval,",
      "fabrikam.com,approval,suppliers",
      "kim@adatum.com,approval,",
      "adatum.com,deny,",
    );
    expect(first.exitCode).toBe(0);
    expect(first.stderr.match(/^Warning.*$/gm)).toEqual([expect.stringMatching(/^Warning: \S+ \S+ and 1 more: At default, no approver/)]);
    const again = await imported("contoso.com,approval,", "fabrikam.com,approval,suppliers", "adatum.com,allow,");
    expect(again.stderr).not.toContain("Warning");
    expect((await imported("fabrikam.com,approval,")).stderr).toContain(`fabrikam.com: ${NOBODY}`);
  });

  it("is reported by list lint if no rule asks for approval at its gates", async () => {
    await list("approval", "contoso.com");
    await list("approval", "fabrikam.com", "--gate", "suppliers");
    const found = jsonLines(await list("lint", "--json"));
    expect(found).toEqual([{ kind: "asks nobody", entry: "contoso.com", why: NOBODY }]);
  });

  it("is flagged by list tidy until a rule asks for approval", async () => {
    await list("approval", "contoso.com");
    expect(await list("tidy")).toMatchObject({ stdout: expect.stringContaining("1 flagged") });
    const [row] = jsonLines(await list("show", "--json")) as readonly { readonly problem?: string }[];
    expect(row?.problem).toBe(FLAG);
    expect(jsonLines(await list("lint", "--json"))).toEqual([{ kind: "asks nobody", entry: "contoso.com", why: NOBODY }]);
    expect(await list("tidy", "--dry-run", "--json")).toMatchObject({ stdout: expect.stringContaining('"found":0') });
    const asking = await startInstance([], "samples/policies/who-open");
    await asking.putRow({ entry: "contoso.com", effect: "approval", problem: FLAG });
    expect(await gatehouse("list", "tidy", ...asking.local)).toMatchObject({ stdout: expect.stringContaining("1 cleared of an old flag") });
    expect((await gatehouse("list", "lint", ...asking.local)).exitCode).toBe(0);
    await asking.close();
  });
});
