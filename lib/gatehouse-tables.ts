import { Construct } from "constructs";
import type { AnyTableName } from "../adapters/tables/tables";
import type { GatehouseScope } from "./gatehouse-scope";
import { RetainedTable } from "./resources/retained-table";
import { GateRecords, type GateRecordsProps } from "./sign-up/records";

interface GatehouseTables {
  readonly records: GateRecords;
  readonly tables: Readonly<Record<AnyTableName, RetainedTable>>;
}

/** All tables: they cost nothing empty, and outlive any change of the policy. */
export function makeTables(gatehouse: GatehouseScope, props: GateRecordsProps): GatehouseTables {
  const table = (name: AnyTableName, id: string, scope: Construct = gatehouse) => new RetainedTable(scope, id, gatehouse, name);
  const ledger = table("ledger", "Ledger");
  const list = new Construct(gatehouse, "AccessList");
  const accessList = table("accessList", "Table", list);
  const listChanges = table("listChanges", "Changes", list);
  const records = new GateRecords(gatehouse, "Decisions", props);
  return {
    records,
    tables: {
      ledger,
      accessList,
      listChanges,
      decisions: records.table,
      profiles: table("profiles", "Profiles"),
      referenceData: table("referenceData", "ReferenceData"),
      approvals: table("approvals", "Approvals"),
      accounts: table("accounts", "Accounts"),
      audit: table("audit", "Table", new Construct(gatehouse, "Trail")),
    },
  };
}
