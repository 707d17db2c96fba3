import { doAct, reviewOne } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { withInterruption } from "../../../cli/long-tasks";
import { formatCount, formatRest, type Output } from "../../../cli/output";
import { omit } from "../../../engine/collections";
import { undoChanges } from "../acts/undo";
import type { ChangeSet } from "../change-set";
import { editedRow } from "../store/edits";
import type { RevertPlan } from "../store/revert";
import {
  describeChange,
  differenceLine,
  EXAMPLES,
  editPorts,
  findRequestsLeft,
  finishEdit,
  getChangeSet,
  openChangeSets,
  type RequestsLeft,
} from "./change-sets";
import { actingOnList, warnOfEdit } from "./editing";

export interface RevertOptions extends DeploymentOptions, JsonOption {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Reverts a change set. Rows that were edited after it stay as they are. */
export async function revertChange(id: string, options: RevertOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const { json, dryRun } = options;
  const deployment = await deploymentFor(options);
  const set = await getChangeSet(id, openChangeSets(deployment));
  const acting = await actingOnList(deployment, session, options.yes);
  const target = { set, examples: EXAMPLES };
  const reviewed = await reviewOne(
    undoChanges,
    target,
    {},
    {
      ...acting,
      describeRefusal: ({ facts, text }) => `${text(String)}${facts && "id" in facts ? ` list changes show ${facts.id} has more.` : ""}`,
    },
  );
  const { plan, denies } = reviewed.state;
  const left = await findRequestsLeft(denies, deployment, options);
  reportPlan(set, plan, { json, dryRun, left }, output);
  if (left !== undefined) output.warn(left.text);
  warnOfEdit(reviewed.concerns, output, { isOnPurpose: true });
  const total = plan.added + plan.changed + plan.removed;
  if (plan.keptCount > 0) session.exitCode = exitCodes.kept;
  if (dryRun || (total === 0 && (set.requests?.done ?? 0) === 0)) return;
  await withInterruption(async (interruption) => {
    const ran = await doAct(
      undoChanges,
      target,
      {},
      {
        ...{ ...acting, reviewed, interruption },
        ask: () => `This changes ${formatCount(total, "row")} of the list. Continue?`,
      },
    );
    await finishEdit(ran, { ports: editPorts(deployment, output.warn), signal: interruption.signal, options }, session);
  });
}

function reportPlan(
  { id, by, at }: ChangeSet,
  plan: RevertPlan,
  { json, dryRun, left }: Pick<RevertOptions, "json" | "dryRun"> & { readonly left: RequestsLeft | undefined },
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
      examples: dryRun ? descriptions : undefined,
      requestsLeft: left && omit(left, "text"),
    });
    return;
  }
  output.print(`Reverting what ${by} changed on ${at.slice(0, 16).replace("T", " ")}:`);
  output.print(`${added} to add, ${changed} to change, ${removed} to remove, ${unchanged} as before already, ${keptCount} edited since.`);
  for (const entry of kept) output.print(`! ${entry}: edited since, stays as it is`);
  for (const line of formatRest(keptCount, kept.length, "edited since")) output.print(line);
  if (!dryRun) return;
  for (const change of descriptions) output.print(differenceLine(change));
  for (const line of formatRest(added + changed + removed, descriptions.length)) output.print(line);
}
