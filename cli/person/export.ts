import { toRow } from "../../adapters/tables/item";
import type { CommandContext, DeploymentOptions } from "../command";
import { deploymentFor } from "../deployment";
import { ledgerRowsOf, ownPart } from "./ledger";
import { changesIn, proposalsNaming, setsNaming } from "./list-history";
import { blindSpots, decisionsOf, namedBy, personBehind, profilesOf, requestsOf, rowsNaming, storesAt } from "./person";
import { trailAbout } from "./trail";

/** `entra-gatehouse person export`: one page of decisions in memory at a time. */
export async function exportPerson(typed: string, options: DeploymentOptions, { output }: CommandContext): Promise<void> {
  const named = namedBy(typed);
  const deployment = await deploymentFor(options);
  const stores = storesAt(deployment);
  const person = await personBehind(named, deployment, stores);
  let count = 0;
  for await (const page of decisionsOf(person, stores)) {
    for (const decision of page) output.json({ decision });
    count += page.length;
  }
  const requests = await requestsOf(person, stores.approvals);
  const rows = await rowsNaming(person, stores.list, requests);
  for (const row of rows) output.json({ row: toRow(row) });
  const profiles = await profilesOf(person, stores.profiles);
  for (const profile of profiles) output.json({ profile: toRow(profile) });
  for (const approval of requests) output.json({ approval });
  const used = await ledgerRowsOf(person, stores.ledger);
  for (const item of used) output.json({ ledger: toRow(ownPart(item, person)) });
  const sets = await setsNaming(named, requests, stores.changeSets);
  for (const { set, changes } of sets) {
    for (const { entry, before, after } of changes) {
      output.json({
        change: { set: set.id, at: set.at, entry, ...(before && { was: toRow(before) }), ...(after && { is: toRow(after) }) },
      });
    }
  }
  const proposals = await proposalsNaming(named, requests, stores.changeSets);
  for (const { proposal, rows } of proposals) {
    for (const { entry, before, after } of rows) {
      output.json({
        proposal: { id: proposal.id, at: proposal.at, entry, ...(before && { was: toRow(before) }), ...(after && { is: toRow(after) }) },
      });
    }
  }
  let entries = 0;
  for await (const rows of trailAbout(person, deployment)?.mentions() ?? []) {
    for (const { number, at, action, details = "{}" } of rows) {
      const { salt: _, ...told } = JSON.parse(details) as Record<string, unknown>;
      output.json({ audit: { number, at, action, ...told } });
    }
    entries += rows.length;
  }
  if (entries > 0) output.warn(`Entries of the audit trail: ${entries}.`);
  output.warn(
    `Decisions: ${count}, rows of the access list: ${rows.length}, profiles: ${profiles.length}, requests for approval: ${requests.length}, ` +
      `rows of the ledger: ${used.length}.`,
  );
  if (sets.length > 0) output.warn(`Changes of rows in change sets of the list: ${changesIn(sets)}.`);
  if (proposals.length > 0) output.warn(`Proposed edits of the list: ${proposals.length}.`);
  for (const line of blindSpots(named)) output.warn(line);
}
