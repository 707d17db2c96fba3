import { makeMember } from "../../../adapters/operator/world";
import type { CommandContext, DeploymentOptions } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { warnOfUnreadable } from "../../../cli/output";
import { noEmail } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { type Named, readNamedPerson } from "../../access-list/entry";
import { exportPersonPages, type KeptKind } from "../store/export";
import { personBehind } from "../store/person";
import { erasureWords } from "../words";
import { personStores } from "../world";

export function namedFrom(word: string): Named {
  const namedPerson = readNamedPerson(word);
  if (namedPerson === undefined) throw noEmail(word);
  return namedPerson;
}

export function blindSpots({ typed, same, other, account }: Named): readonly string[] {
  return [
    `Looked for ${account === undefined ? same.join(" and ") : typed}, and for what a provider that proves addresses links to it. ` +
      "Accounts of other providers may have shown any address: name one (issuer:facebook.com/1184) to see its decisions under other addresses.",
    ...(other === undefined ? [] : [erasureWords.otherAddress(other)]),
  ];
}

/** Holds one page in memory at a time. */
export async function exportPerson(word: string, options: DeploymentOptions, { output }: CommandContext): Promise<void> {
  const namedPerson = namedFrom(word);
  const deployment = await deploymentFor(options);
  const stores = makeMember(personStores, operatorPlace(deployment));
  const person = await personBehind(namedPerson, await deployment.hashes(), stores);
  const counts = new Map<KeptKind, number>();
  const leftOut: string[] = [];
  for await (const { kind, records, count, unreadable } of exportPersonPages(person, stores)) {
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
  if (of("accounts") > 0) output.warn(`Accounts that the gates let in: ${of("accounts")}.`);
  if (of("changes") > 0) output.warn(`Changes of rows in change sets of the list: ${of("changes")}.`);
  if (of("proposals") > 0) output.warn(`Proposed edits of the list: ${of("proposals")}.`);
  warnOfUnreadable(output, leftOut);
  for (const line of blindSpots(namedPerson)) output.warn(line);
}
