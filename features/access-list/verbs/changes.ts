import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { omit } from "../../../engine/omit";
import { type ChangeSet, writtenShare } from "../change-set";
import { editedRow } from "../store/edits";
import type { RowChange } from "../store/row-changes";
import { describeChange, differenceLine } from "./change-report";
import { changeSetNamed, editedWhen, openChangeSets } from "./change-sets";

export interface ChangesOptions extends DeploymentOptions, JsonOption {
  readonly limit: number;
  /** An id: only older sets. */
  readonly before?: string;
  readonly entry?: string;
}

/** `entra-gatehouse list changes`: one page, newest first. */
export async function listChanges({ limit, before, json, ...place }: ChangesOptions, { output }: CommandContext): Promise<void> {
  const { sets, next } = await openChangeSets(await deploymentFor(place)).page(before, limit);
  for (const set of sets) {
    if (json) output.json(omitInternals(set));
    else output.print(formatSetLine(set));
  }
  if (json) return;
  if (sets.length === 0) output.warn(before === undefined ? "No changes are on record." : "No older changes are on record.");
  if (next !== undefined) output.warn(`Older ones: list changes --before ${next}`);
}

/** `entra-gatehouse list changes show`: the difference row by row, of any length. */
export async function showChange(id: string, options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const store = openChangeSets(await deploymentFor(options));
  const set = await changeSetNamed(id, store);
  if (options.json) output.json(omitInternals(set));
  else output.print(formatSetLine(set));
  const now = new Date();
  const kept = new Set(set.kept);
  let parts = 0;
  for await (const { writes } of store.parts(id)) {
    parts += 1;
    for (const row of writes) if (!kept.has(row.entry)) tell(row, now, options, output);
  }
  if (!options.json) for (const entry of kept) output.print(`! ${entry}: ${editedWhen(set)}, left as it was`);
  if (parts < (set.recorded ?? 0)) throw new CommandError("A part of this set's record has expired and was removed.");
}

function omitInternals(set: ChangeSet) {
  return omit(set, "upTo", "recorded", "written", "expires", "source");
}

function formatSetLine(set: ChangeSet): string {
  const { id, at, by, name, means, added, changed, removed, entry, keptCount = 0, reverts, revertedBy } = set;
  const counts = [`+${added}`, `~${changed}`, `-${removed}`].join(" ");
  const more = [
    stateWords(set),
    keptCount > 0 ? `${keptCount} left as edited` : undefined,
    reverts && `reverts ${reverts}`,
    revertedBy && `reverted by ${revertedBy}`,
  ].filter(Boolean);
  return [id, at.slice(0, 16).replace("T", " "), means, entry ?? counts, name === undefined ? by : `${name} (${by})`, ...more].join("  ");
}

function stateWords(set: ChangeSet): string | undefined {
  if (set.state === "done") return set.partial ? "in part" : undefined;
  return `not finished: ${Math.floor(100 * writtenShare(set))} % written`;
}

function tell(row: RowChange, now: Date, { json }: JsonOption, output: CommandContext["output"]): void {
  const change = describeChange(editedRow(row), now);
  if (json) output.json(change);
  else output.print(differenceLine(change));
}
