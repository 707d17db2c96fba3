import { pagesOf } from "../../../adapters/tables/search";
import { tables } from "../../../adapters/tables/tables";
import type { Deployment } from "../../../cli/deployment";
import { counted } from "../../../cli/output";
import { eachHash } from "../../../engine/sign-up/person";
import { changesOnRecord } from "../../kept-changes";
import { provenTables, type RowFault, RowProof } from "../row-proof";
import { auditedRow } from "../store/audited-rows";
import { subjectOf, tableAudited } from "../store/audited-tables";
import type { AuditStore } from "../store/trail";

export type ProvenRows = ReturnType<RowProof["end"]>;

const MOST_TIMES = 3;

type Trail = Pick<AuditStore, "rows">;

/**
 * Compares each row of the tables that operators edit with the trail. An edit made meanwhile looks like a fault: if there are newer entries
 * than those read, it reads everything again. Only faults of every reading count.
 */
export async function provenRows(deployment: Deployment, trail: Trail): Promise<ProvenRows> {
  let before: ReadonlySet<string> | undefined;
  for (let time = 1; ; time++) {
    const { last, found } = await provenOnce(deployment, trail);
    const known = before;
    const faults = known === undefined ? found.faults : found.faults.filter((each) => known.has(keyOf(each)));
    if (faults.length === 0 || time === MOST_TIMES || !(await isBeyond(trail, last))) return { ...found, faults };
    before = new Set(faults.map(keyOf));
  }
}

const keyOf = ({ kind, table, subject, set }: RowFault) => JSON.stringify([kind, table, subject, set]);

async function isBeyond(trail: Trail, number: string | undefined): Promise<boolean> {
  for await (const rows of trail.rows(number)) if (rows.some((row) => row.number !== number)) return true;
  return false;
}

async function provenOnce(
  deployment: Deployment,
  trail: Trail,
): Promise<{ readonly last: string | undefined; readonly found: ProvenRows }> {
  const { dynamodb: client } = deployment;
  const proof = new RowProof(eachHash(await deployment.hashes()));
  let last: string | undefined;
  for await (const rows of trail.rows()) {
    for (const row of rows) proof.entry(row);
    last = rows.at(-1)?.number ?? last;
  }
  for (const onRecord of changesOnRecord) for await (const kept of onRecord(client, deployment.listChangesTable)) proof.kept(kept);
  const isThere = (table: (typeof provenTables)[number]) => deployment.tables[tableAudited[table]] !== undefined;
  for (const table of provenTables.filter(isThere)) {
    const { key } = tables[tableAudited[table]];
    const name = deployment.tableOf(tableAudited[table]);
    for await (const items of pagesOf({ client, name, key }, {}))
      for (const item of items) proof.row(table, subjectOf(table, item), auditedRow(table, item));
  }
  const found = proof.end();
  // A table that the stack no longer needs is retained, but the stack has no permission to read it.
  return { last, found: { ...found, faults: found.faults.filter(({ table }) => isThere(table)) } };
}

/** Faults printed as text. `--json` prints all. */
const SHOWN = 20;

export function rowLines({ rows, unproven, faults }: ProvenRows): readonly string[] {
  if (faults.length === 0) {
    const older =
      unproven > 0
        ? ` ${counted(unproven, "row")} cannot be proven: an import by an earlier version may have written them, or an edit whose change set is no longer kept.`
        : "";
    return [`Each row is as the trail says: ${counted(rows, "row")}.${older}`];
  }
  const left = faults.length - SHOWN;
  return [...faults.slice(0, SHOWN).map(faultText), ...(left > 0 ? [`and ${left} more: --json has all.`] : [])];
}

function faultText({ kind, table, subject, number = "", set }: RowFault): string {
  const row = `${table}/${subject}`;
  switch (kind) {
    case "row-without-entry":
      return `${row} is there, and no entry tells of it.`;
    case "row-differs":
      return `${row} is not as entry ${Number(number)} says: it was changed without an entry, or that change was not made.`;
    case "row-gone":
      return `${row} is not there, though entry ${Number(number)} says so: it was removed without an entry, or that change was not made.`;
    case "change-without-entry":
      return `${row} was changed by ${set}, and no entry tells of it.`;
    case "entry-without-change":
      return `Entry ${Number(number)} tells of a change that ${set} did not make.`;
  }
}
