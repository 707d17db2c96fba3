import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsClient } from "../../adapters/aws/client";
import { type Item, toRow } from "../../adapters/tables/item";
import { findKeyAndProblems } from "../../features/access-list/hygiene";
import { accountStore } from "../../features/accounts/store/accounts";
import { approvalStore } from "../../features/approvals/store/approvals";
import { decisionStore } from "../../features/decisions/store/decisions";
import { packageRoot } from "../../lib/app-root";
import { createApprovalsTable } from "../features/approvals/store/approvals-table";
import { memoryWorld } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { createKeyTable } from "../support/key-table";

type Rows = Readonly<Record<"accessList" | "decisions" | "approvals" | "accounts", readonly Item[]>>;

const read = (version: string): Rows =>
  JSON.parse(readFileSync(join(packageRoot, "test", "fixtures", "upgrade", `${version}.rows.json`), "utf8"));

async function tablesWith(rows: Rows): Promise<AwsClient> {
  const { tables } = memoryWorld({}).world;
  await createDecisionsTable(tables, "decisions");
  await createApprovalsTable(tables, "approvals");
  await createKeyTable(tables, "accounts", "accounts");
  for (const TableName of ["decisions", "approvals", "accounts"] as const) {
    for (const Item of rows[TableName]) await tables.call("PutItem", { TableName, Item });
  }
  return tables;
}

async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

describe.each(["36ea4c72", "e167513e2"])("rows that the commit %s wrote are read:", (version) => {
  const rows = read(version);
  let tables: AwsClient;
  beforeAll(async () => {
    tables = await tablesWith(rows);
  });

  it("decisions, in the list by day and by their codes", async () => {
    const store = decisionStore(tables, "decisions");
    const times = rows.decisions.map((row) => String(row.at?.S)).sort();
    const [from, to] = [new Date(times[0] ?? ""), new Date(Date.parse(times.at(-1) ?? "") + 1)];
    const listed = await store.whole(await collect(store.between(from, to)));
    const expected = [
      ["kim@allowed.example", "continue"],
      ["lee@denied.example", "block"],
      ["mina@waits.example", "block"],
      ["olga@approved.example", "block"],
    ];
    expect(listed.map(({ email, verdict }) => [email, verdict]).sort()).toEqual(expected);
    for (const { reference, email } of listed) expect(await store.byReference(reference)).toMatchObject([{ email }]);
  });

  it("requests, by their states", async () => {
    const store = approvalStore(tables, "approvals");
    expect(await collect(store.byState("pending"))).toMatchObject([{ email: "mina@waits.example" }]);
    expect(await collect(store.byState("provisioned"))).toMatchObject([{ email: "olga@approved.example" }]);
  });

  it("accounts", async () => {
    const [account] = rows.accounts;
    expect(await accountStore(tables, "accounts").get(String(account?.id?.S))).toMatchObject({ email: "olga@approved.example" });
  });

  it("entries of the access list, none of which is to be mended", () => {
    const typed = rows.accessList.map(toRow).map((row) => ({ entry: row.entry, ...findKeyAndProblems(row) }));
    expect(typed.filter(({ entry, key, problems }) => entry !== key || problems.length > 0)).toEqual([]);
    expect(typed.map(({ key }) => key)).toEqual(expect.arrayContaining(["allowed.example", "denied.example"]));
  });
});
