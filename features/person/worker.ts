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
  /** Tells failed erasures apart, so that another person's erasure does not remove the note. */
  const hashPerson = async (person: string) => (await hashes()).hashOf(person).slice(0, 8);
  const failed = async (error: unknown, person: string) => {
    log.error("person not erased", { failure: readErrorTrace(error) });
    // Without the key of the hashes, which may be what failed, the note is of no person.
    const part = await hashPerson(person).catch(() => undefined);
    await notes.failed(error, part === undefined ? {} : { part });
  };
  const erased = async (person: string) => await notes.succeeded(await hashPerson(person));
  return composeHandler({ log }, (call: ErasureCall): Promise<void> => runErasure(call, { stores, ledger, hashes, failed, erased }));
}
