import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { operatorPlace, printView, readTypedQuery } from "../../../cli/view";
import { type ChangeSet, writtenShare } from "../change-set";
import { editedRow } from "../store/edits";
import { changeSetsView, describeSet } from "../views";
import { describeChange, differenceLine, editedWhen, getChangeSet, openChangeSets } from "./change-sets";

export interface ChangesOptions extends DeploymentOptions, JsonOption {
  readonly limit: number;
  /** Id of a change set: only older change sets are listed. */
  readonly before?: string;
  readonly entry?: string;
}

/** Newest first. */
export async function listChanges({ limit, before, json, ...place }: ChangesOptions, { output, time }: CommandContext): Promise<void> {
  const query = readTypedQuery(changeSetsView.filters, place, time?.now() ?? new Date());
  const printed = { output, json, limit, line: formatSetLine, from: before };
  const { count, next } = await printView(changeSetsView, query, operatorPlace(await deploymentFor(place)), printed);
  if (json) return;
  if (count === 0) output.warn(before === undefined ? "No changes are on record." : "No older changes are on record.");
  if (next !== undefined) output.warn(`Older ones: list changes --before ${next}${placeFlags(place)}`);
}

export async function showChange(id: string, options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const store = openChangeSets(await deploymentFor(options));
  const changeSet = await getChangeSet(id, store);
  if (options.json) output.json(describeSet(changeSet));
  else output.print(formatSetLine(changeSet));
  const now = new Date();
  const keptKeys = new Set(changeSet.kept);
  let parts = 0;
  for await (const { writes } of store.parts(id)) {
    parts += 1;
    for (const row of writes)
      if (!keptKeys.has(row.entry)) {
        const change = describeChange(editedRow(row), now);
        if (options.json) output.json(change);
        else output.print(differenceLine(change));
      }
  }
  if (!options.json) for (const entry of keptKeys) output.print(`! ${entry}: ${editedWhen(changeSet)}, left as it was`);
  if (parts < (changeSet.recorded ?? 0)) throw new CommandError("A part of this set's record has expired and was removed.");
}

function formatSetLine(changeSet: ChangeSet): string {
  const { id, at, by, name, means, added, changed, removed, entry, keptCount = 0, requests, reverts, revertedBy } = changeSet;
  const counts = [`+${added}`, `~${changed}`, `-${removed}`].join(" ");
  const more = [
    changeSet.state !== "done" && `not finished: ${Math.floor(100 * writtenShare(changeSet))} % written`,
    changeSet.state === "done" && changeSet.partial && "in part",
    requests && `${requests.done ?? 0} of ${requests.count} requests ${reverts === undefined ? "denied" : "reopened"}`,
    keptCount > 0 ? `${keptCount} left as edited` : undefined,
    reverts && `reverts ${reverts}`,
    revertedBy && `reverted by ${revertedBy}`,
  ].filter(Boolean);
  return [id, at.slice(0, 16).replace("T", " "), means, entry ?? counts, name === undefined ? by : `${name} (${by})`, ...more].join("  ");
}
