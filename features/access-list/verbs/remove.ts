import { toRow } from "../../../adapters/tables/item";
import { doAct } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { editRows } from "../acts/edit";
import { describeEntry, summary } from "../describe-entry";
import { accessListStore } from "../store/access-list";
import { formatUndoHint } from "./change-sets";
import { actingOnList, needsAgreement, warnOfEdit } from "./editing";
import { findMeantRows } from "./entries";

interface RemoveOptions extends DeploymentOptions, JsonOption {
  readonly yes?: boolean;
}

/** Removes the row that fits the typed text best, and prints the other rows that the text may mean. */
export async function removeEntry(typedText: string, { yes, ...options }: RemoveOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const now = new Date();
  const deployment = await deploymentFor(options);
  const [before, ...others] = await findMeantRows(typedText, accessListStore(deployment.dynamodb, deployment.accessListTable));
  const row = describeEntry(toRow(before), now);
  const { set } = await doAct(
    editRows,
    { rows: [{ before }], means: "list remove" },
    {},
    {
      ...(await actingOnList(deployment, session, yes)),
      ask({ concerns }) {
        warnOfEdit(concerns, output, { name: () => "" });
        return needsAgreement(concerns) ? `Remove ${row.entry}: ${summary(row)}?` : undefined;
      },
      describeRefusal: () => `Somebody changed ${row.entry} at this moment: look at it with list show, then repeat the command.`,
    },
  );
  if (options.json) output.json({ removed: row, changeSet: set.id });
  else {
    output.print(`Removed ${row.entry}: ${summary(row)}`);
    output.warn(formatUndoHint(set, options));
  }
  for (const other of others.map((each) => describeEntry(toRow(each), now))) {
    output.warn(`Still there, about the same address: ${other.entry} (${summary(other)})`);
  }
}
