import { changeSetStore } from "../../adapters/list-changes/store";
import { type Named, namedBy } from "../../adapters/person/person";
import type { ErasingStores } from "../../adapters/person/stores";
import { accessListStore } from "../../adapters/tables/access-list";
import { approvalStore } from "../../adapters/tables/approvals";
import { eraseDetails } from "../../adapters/tables/audit-erasure";
import { decisionStore } from "../../adapters/tables/decisions";
import { editedRows } from "../../adapters/tables/edited-rows";
import { tables } from "../../adapters/tables/tables";
import { trailOf } from "../audit/trail";
import { noEmail } from "../decisions/newest-first";
import type { Deployment } from "../deployment";

export function storesAt(deployment: Deployment): ErasingStores {
  const { dynamodb, accessListTable, decisionsTable, listChangesTable, tableOf } = deployment;
  const { audit } = deployment.tables;
  return {
    decisions: decisionStore(dynamodb, decisionsTable),
    list: accessListStore(dynamodb, accessListTable),
    profiles: editedRows(dynamodb, tableOf("profiles"), tables.profiles.key),
    approvals: approvalStore(dynamodb, tableOf("approvals")),
    ledger: editedRows(dynamodb, tableOf("ledger"), tables.ledger.key),
    changeSets: changeSetStore(dynamodb, listChangesTable),
    ...(audit !== undefined && {
      trail: { ...trailOf(deployment), eraseDetails: (row, now) => eraseDetails(dynamodb, audit, row, now) },
    }),
  };
}

/** Throws for what is neither an address nor an account. */
export function namedFrom(typed: string): Named {
  const named = namedBy(typed);
  if (named === undefined) throw noEmail(typed);
  return named;
}

/** What a look at the stores cannot tell. */
export function blindSpots({ typed, same, other, account }: Named): readonly string[] {
  return [
    `Looked for ${account === undefined ? same.join(" and ") : typed}, and for what a provider that proves addresses links to it. ` +
      "Accounts of other providers may have shown any address: name one (issuer:facebook.com/1184) to see its decisions under other addresses.",
    ...(other === undefined ? [] : [`${other} may be the same person or somebody else, so its decisions were left out: name it to see.`]),
  ];
}
