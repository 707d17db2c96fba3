import { toRow } from "../../../adapters/tables/item";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { describeEntry, summary } from "../describe-entry";
import { denyThatEnds } from "../edit-check";
import { accessListStore } from "../store/access-list";
import { listEdit } from "../store/edits";
import { toRowChange } from "../store/row-changes";
import { changeList, formatUndoHint } from "./change-sets";
import { rowsMeant } from "./entries";
import { concernText } from "./list-file";

interface RemoveOptions extends DeploymentOptions, JsonOption {
  readonly yes?: boolean;
}

/** Removes the row that fits the typed text best, and prints the other rows that the text may mean. */
export async function removeEntry(typedText: string, removeOptions: RemoveOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const { yes, ...options } = removeOptions;
  const deployment = await deploymentFor(options);
  const store = accessListStore(deployment.dynamodb, deployment.accessListTable);
  const [item, ...others] = await rowsMeant(typedText, store);
  const row = describeEntry(toRow(item), now);
  const opens = denyThatEnds({ before: toRow(item) }, now);
  for (const concern of opens) output.warn(`Warning: ${concernText(concern)}`);
  if (opens.length > 0 && !yes && process.stdin.isTTY && process.stderr.isTTY)
    await requireConfirmation(`Remove ${row.entry}: ${summary(row)}?`);
  const { set, keptCount } = await changeList(deployment, listEdit([toRowChange({ before: item })], "list remove"));
  if (keptCount > 0) {
    throw new CommandError(`Somebody changed ${row.entry} at this moment: look at it with list show, then repeat the command.`);
  }
  if (options.json) output.json({ removed: row, changeSet: set.id });
  else {
    output.print(`Removed ${row.entry}: ${summary(row)}`);
    output.warn(formatUndoHint(set, options));
  }
  for (const other of others.map((each) => describeEntry(toRow(each), now))) {
    output.warn(`Still there, about the same address: ${other.entry} (${summary(other)})`);
  }
}
