import { createHash } from "node:crypto";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { readErrorTrace } from "../../adapters/report";
import { editedRows } from "../../adapters/tables/edited-rows";
import { tableNamesIn, tables } from "../../adapters/tables/tables";
import { workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { accessListStore } from "../access-list/store/access-list";
import { changeSetStore } from "../access-list/store/change-sets";
import { proposalStore } from "../access-list/store/proposals";
import { accountStore } from "../accounts/store/accounts";
import { approvalStore } from "../approvals/store/approvals";
import { auditStore, eraseDetails } from "../audit/store/trail";
import { decisionStore } from "../decisions/store/decisions";

import { forgetElsewhere } from "../row-kinds";
import { type ErasureCall, runErasure } from "./store/run-erasure";

export function erasureHandler({
  settings,
  tables: client,
  secrets,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "clock" | "log">) {
  const nameOf = tableNamesIn(settings);
  const hashes = personHash(secrets, requireVariable(environment.personKeySecret, settings), clock);
  const ledger = editedRows(client, nameOf("ledger"), tables.ledger.key);
  const trail = nameOf("audit");
  const stores = {
    decisions: decisionStore(client, nameOf("decisions")),
    list: accessListStore(client, nameOf("accessList")),
    profiles: editedRows(client, nameOf("profiles"), tables.profiles.key),
    approvals: approvalStore(client, nameOf("approvals")),
    accounts: accountStore(client, nameOf("accounts")),
    ledger,
    changeSets: changeSetStore(client, nameOf("listChanges")),
    proposals: proposalStore(client, nameOf("listChanges")),
    forgetElsewhere: forgetElsewhere(client, (table) => settings[tables[table].variable]),
    trail: {
      ...auditStore(client, trail, hashes),
      eraseDetails: (row: Parameters<typeof eraseDetails>[2], now: Date) => eraseDetails(client, trail, row, now),
    },
  };
  const notes = workNotes({ settings, tables: client, clock, log }, "erasure");
  const failed = async (error: unknown, person: string) => {
    log.error("person not erased", { failure: readErrorTrace(error) });
    await notes.failed(error, { part: partOf(person) });
  };
  const erased = (person: string) => notes.succeeded(partOf(person));
  return composeHandler({ log }, (call: ErasureCall): Promise<void> => runErasure(call, { stores, ledger, hashes, failed, erased }));
}

/** Tells failed erasures apart, so that another person's erasure does not remove the note. Nobody finds the person by it. */
function partOf(person: string): string {
  return createHash("sha256").update(person).digest("base64url").slice(0, 8);
}
