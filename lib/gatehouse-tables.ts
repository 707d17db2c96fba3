import { Construct } from "constructs";
import type { AnyTableName } from "../adapters/tables/tables";
import type { GatehouseScope } from "./gatehouse-scope";
import { RetainedTable } from "./resources/retained-table";
import { GateRecords, type GateRecordsProps } from "./sign-up/records";

/** Some tables are made only if they are needed. Reading such a table here makes it. */
export type Tables = Readonly<Record<AnyTableName, RetainedTable>>;

interface GatehouseTables {
  readonly records: GateRecords;
  readonly tables: Tables;
  /** Calls `use` at once or after the table is made; never if nothing asks for the table. */
  whenMade(name: AnyTableName, use: (table: RetainedTable) => void): void;
}

/**
 * Tables that are made when something first asks for them, so that a stack has no unused table. They remain if nothing asks for them any
 * more.
 */
const onDemand = { profiles: "Profiles", referenceData: "ReferenceData", approvals: "Approvals", accounts: "Accounts" } as const;

export function makeTables(gatehouse: GatehouseScope, props: GateRecordsProps): GatehouseTables {
  const table = (name: AnyTableName, id: string, scope: Construct = gatehouse) => new RetainedTable(scope, id, gatehouse, name);
  const ledger = table("ledger", "Ledger");
  const list = new Construct(gatehouse, "AccessList");
  const accessList = table("accessList", "Table", list);
  const listChanges = table("listChanges", "Changes", list);
  const records = new GateRecords(gatehouse, "Decisions", props);
  const audit = table("audit", "Table", new Construct(gatehouse, "Trail"));
  const always = { ledger, accessList, listChanges, audit, decisions: records.table };
  const tablesByName = new Map(Object.entries(always) as [AnyTableName, RetainedTable][]);
  const waiting = new Map<AnyTableName, ((table: RetainedTable) => void)[]>();

  function getTable(name: keyof typeof onDemand): RetainedTable {
    const before = tablesByName.get(name);
    if (before !== undefined) return before;
    const now = table(name, onDemand[name]);
    tablesByName.set(name, now);
    for (const use of waiting.get(name) ?? []) use(now);
    return now;
  }

  const tables: Tables = {
    ...always,
    get profiles() {
      return getTable("profiles");
    },
    get referenceData() {
      return getTable("referenceData");
    },
    get approvals() {
      return getTable("approvals");
    },
    get accounts() {
      return getTable("accounts");
    },
  };
  // A table that the app hands in is used even if nothing asks for it.
  for (const name of Object.keys(onDemand) as (keyof typeof onDemand)[])
    if (gatehouse.tableDefaults.handedIn[name] !== undefined) getTable(name);
  return {
    records,
    tables,
    whenMade(name, use) {
      const there = tablesByName.get(name);
      if (there === undefined) waiting.set(name, [...(waiting.get(name) ?? []), use]);
      else use(there);
    },
  };
}
