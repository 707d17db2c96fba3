import { doAct, reviewOne } from "../../../cli/act";
import type { CommandContext, DeploymentOptions } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { warnOfUnreadable } from "../../../cli/output";
import { localTime, noEmail } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { type Named, readNamedPerson } from "../../access-list/entry";
import { exportPerson as exportAct, type KeptKind } from "../acts";

export function namedFrom(word: string): Named {
  const namedPerson = readNamedPerson(word);
  if (namedPerson === undefined) throw noEmail(word);
  return namedPerson;
}

/** Says how a person was looked for, and what was left out. */
export function describeSearch({ typed, same, account }: Named, leftOut: readonly string[]): readonly string[] {
  return [
    `Looked for ${account === undefined ? same.join(" and ") : typed}, and for what a provider that proves addresses links to it. ` +
      "Accounts of other providers may have shown any address: name one (issuer:facebook.com/1184) to see its decisions under other addresses.",
    ...leftOut,
  ];
}

/** Holds one page in memory at a time. */
export async function exportPerson(word: string, options: DeploymentOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const namedPerson = namedFrom(word);
  // Nothing is written, so nobody has to be asked of AWS who reads.
  const acting = { place: operatorPlace(await deploymentFor(options)), actor: { by: "", via: "command" }, session } as const;
  const reviewed = await reviewOne(exportAct, namedPerson, {}, acting);
  const { pages } = await doAct(exportAct, namedPerson, {}, { ...acting, reviewed, ask: () => undefined });
  const counts = new Map<KeptKind, number>();
  const unreadableIds: string[] = [];
  for await (const { kind, records, count, unreadable } of pages()) {
    for (const record of records) output.json(record);
    unreadableIds.push(...unreadable);
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
  warnOfUnreadable(output, unreadableIds);
  for (const line of describeSearch(
    namedPerson,
    reviewed.concerns.map(({ text }) => text(localTime)),
  ))
    output.warn(line);
}
