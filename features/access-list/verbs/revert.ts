import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { withInterruption } from "../../../cli/long-tasks";
import { formatCount, type Output } from "../../../cli/output";
import { type ChangeSet, canBeUndone, isOfIncident } from "../change-set";
import { editedRow, writeOrRecordEdit } from "../store/edits";
import { buildRevertDraft, planRevert, type RevertPlan, rowReader } from "../store/revert";
import { TakenOverError } from "../store/run";
import { describeChange, differenceLine, EXAMPLES, editWarnings } from "./change-report";
import { changeSetNamed, editPorts, finishEdit, openChangeSets } from "./change-sets";
import { concernText } from "./list-file";

export interface RevertOptions extends DeploymentOptions, JsonOption {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Reverts a change set. Rows that were edited after it stay as they are. */
export async function revertChange(id: string, options: RevertOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const { json, dryRun } = options;
  const deployment = await deploymentFor(options);
  const { dynamodb: client, accessListTable: name } = deployment;
  const store = openChangeSets(deployment);
  const changeSet = await changeSetNamed(id, store);
  const earlier = changeSet.revertedBy === undefined ? undefined : await store.get(changeSet.revertedBy);
  if (earlier?.state === "done" && earlier.revertedBy === undefined) {
    throw new CommandError(`The change set ${id} was reverted already, by ${earlier.by}: list changes show ${earlier.id}.`);
  }
  if (!canBeUndone(changeSet)) throw new CommandError(`The change set ${id} is about requests that were reopened: deny the domain again.`);
  const warnings = editWarnings(new Date());
  const plan = await planRevert(store, changeSet, rowReader(client, name), EXAMPLES, (row) => warnings.add(editedRow(row)));
  reportPlan(changeSet, plan, { json, dryRun }, output);
  for (const concern of warnings.opens.slice(0, EXAMPLES)) output.warn(`Warning: ${concernText(concern)}`);
  await warnings.tell(deployment, output);
  if (isOfIncident(changeSet))
    output.warn("Warning: this change set is only one half of an incident. incident undo also enables its accounts again.");
  if (changeSet.erased) output.warn("Rows of people whose data were erased since are not in this set's record: they stay as they are.");
  const total = plan.added + plan.changed + plan.removed;
  const reopened = changeSet.requests?.done ?? 0;
  if (changeSet.requests !== undefined && !json)
    output.warn(`It reopens ${formatCount(reopened, "request")}, except those decided on since.`);
  if (plan.keptCount > 0) session.exitCode = exitCodes.kept;
  if (dryRun || (total === 0 && reopened === 0)) return;
  await withInterruption(async (interruption) => {
    if (!options.yes) await requireConfirmation(`This changes ${formatCount(total, "row")} of the list. Continue?`, interruption);
    const draft = { ...buildRevertDraft(changeSet, plan), by: await deployment.caller(), means: "list revert" } as const;
    const ports = editPorts(deployment, output.warn);
    const { signal } = interruption;
    const editRun = await writeOrRecordEdit(ports, draft, plan.rows, new Date(), { revertedSet: changeSet, signal }).catch(
      (error: unknown) => {
        throw error instanceof TakenOverError ? new CommandError(error.message) : error;
      },
    );
    if (editRun !== undefined) await finishEdit(editRun, { ports, signal, options }, session);
  });
}

function reportPlan(
  { id, by, at }: ChangeSet,
  plan: RevertPlan,
  { json, dryRun }: Pick<RevertOptions, "json" | "dryRun">,
  output: Output,
): void {
  const { added, changed, removed, unchanged, keptCount, kept, examples } = plan;
  const now = new Date();
  const descriptions = examples.map((row) => describeChange(editedRow(row), now));
  if (json) {
    output.json({
      reverts: id,
      added,
      changed,
      removed,
      unchanged,
      kept: keptCount,
      keptEntries: kept,
      ...(dryRun && { examples: descriptions }),
    });
    return;
  }
  output.print(`Reverting what ${by} changed on ${at.slice(0, 16).replace("T", " ")}:`);
  output.print(`${added} to add, ${changed} to change, ${removed} to remove, ${unchanged} as before already, ${keptCount} edited since.`);
  for (const entry of kept) output.print(`! ${entry}: edited since, stays as it is`);
  if (keptCount > kept.length) output.print(`  and ${keptCount - kept.length} more edited since`);
  if (!dryRun) return;
  for (const change of descriptions) output.print(differenceLine(change));
  const rest = added + changed + removed - descriptions.length;
  if (rest > 0) output.print(`  and ${rest} more`);
}
