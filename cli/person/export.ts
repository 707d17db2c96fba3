import { toRow } from "../../adapters/tables/item";
import type { CommandContext, DeploymentOptions } from "../command";
import { deploymentFor } from "../deployment";
import { blindSpots, profilesOf, requestsOf, rowsNaming, spellingsOf, storesAt } from "./person";

/** `entra-gatehouse person export`: one page of decisions in memory at a time. */
export async function exportPerson(typed: string, options: DeploymentOptions, { output }: CommandContext): Promise<void> {
  const spellings = spellingsOf(typed);
  const { decisions, list, profiles, approvals } = storesAt(await deploymentFor(options));
  let count = 0;
  for (const email of spellings.same) {
    for await (const page of decisions.byEmail(email)) {
      for (const decision of page) output.json({ decision });
      count += page.length;
    }
  }
  const rows = await rowsNaming(spellings, list);
  for (const row of rows) output.json({ row: toRow(row) });
  const known = await profilesOf(spellings, profiles);
  for (const profile of known) output.json({ profile });
  const requests = await requestsOf(spellings, approvals);
  for (const approval of requests) output.json({ approval });
  output.warn(
    `Decisions: ${count}, rows of the access list: ${rows.length}, profiles: ${known.length}, requests for approval: ${requests.length}.`,
  );
  for (const line of blindSpots(spellings)) output.warn(line);
}
