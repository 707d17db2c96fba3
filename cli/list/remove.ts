import { accessListStore } from "../../adapters/tables/access-list";
import { toRow } from "../../adapters/tables/item";
import { describeEntry, summary } from "../../engine/access-list/describe-entry";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { rowsMeant } from "./entries";

/** `entra-gatehouse list remove`: removes the closest of the rows that may be meant, and says which others stay. */
export async function removeEntry(typed: string, options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const { dynamodb, accessListTable } = await deploymentFor(options);
  const store = accessListStore(dynamodb, accessListTable);
  const [item, ...others] = await rowsMeant(typed, store);
  const row = describeEntry(toRow(item), now);
  if (!(await store.remove(item))) {
    throw new CommandError(`Somebody changed ${row.entry} at this moment: look at it with list show, then repeat the command.`);
  }
  if (options.json) output.json({ removed: row });
  else output.print(`Removed ${row.entry}: ${summary(row)}`);
  for (const other of others.map((each) => describeEntry(toRow(each), now))) {
    output.warn(`Still there, and speaking of the same address: ${other.entry} (${summary(other)})`);
  }
}
