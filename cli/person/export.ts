import { exportedOf, type KeptKind } from "../../adapters/person/export";
import { personBehind } from "../../adapters/person/person";
import type { CommandContext, DeploymentOptions } from "../command";
import { deploymentFor } from "../deployment";
import { warnOfUnreadable } from "../unreadable-rows";
import { blindSpots, namedFrom, storesAt } from "./person";

/** `entra-gatehouse person export`: one page in memory at a time. */
export async function exportPerson(typed: string, options: DeploymentOptions, { output }: CommandContext): Promise<void> {
  const named = namedFrom(typed);
  const deployment = await deploymentFor(options);
  const stores = storesAt(deployment);
  const person = await personBehind(named, await deployment.hashes(), stores);
  const counts = new Map<KeptKind, number>();
  const leftOut: string[] = [];
  for await (const { kind, records, count, unreadable } of exportedOf(person, stores)) {
    for (const record of records) output.json(record);
    leftOut.push(...unreadable);
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  const of = (kind: KeptKind) => counts.get(kind) ?? 0;
  if (of("audit") > 0) output.warn(`Entries of the audit trail: ${of("audit")}.`);
  output.warn(
    `Decisions: ${of("decisions")}, rows of the access list: ${of("rows")}, profiles: ${of("profiles")}, ` +
      `requests for approval: ${of("approvals")}, rows of the ledger: ${of("ledger")}.`,
  );
  if (of("changes") > 0) output.warn(`Changes of rows in change sets of the list: ${of("changes")}.`);
  if (of("proposals") > 0) output.warn(`Proposed edits of the list: ${of("proposals")}.`);
  warnOfUnreadable(output, leftOut);
  for (const line of blindSpots(named)) output.warn(line);
}
