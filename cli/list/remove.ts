import { described, summary } from "../../lambda/rules/access-list/describe";
import { accessListStore } from "../../lambda/stores/access-list";
import { toRow } from "../../lambda/stores/rows";
import { CommandError } from "../failure";
import type { JsonOption, PlaceOptions } from "../options";
import { placeFor } from "../place";
import type { Session } from "../session";
import { rowsMeant } from "./entries";

/** `gatehouse list remove`: removes the closest of the rows that may be meant, and says which others stay. */
export async function remove(typed: string, options: PlaceOptions & JsonOption, { output }: Session): Promise<void> {
  const now = new Date();
  const { dynamodb, accessListTable } = await placeFor(options);
  const store = accessListStore(dynamodb, accessListTable);
  const [item, ...others] = await rowsMeant(typed, store);
  const row = described(toRow(item), now);
  if (!(await store.remove(item))) {
    throw new CommandError(`Somebody changed ${row.entry} at this moment: look at it with list show, then repeat the command.`);
  }
  if (options.json) output.json({ removed: row });
  else output.print(`Removed ${row.entry}: ${summary(row)}`);
  for (const other of others.map((each) => described(toRow(each), now))) {
    output.warn(`Still there, and speaking of the same address: ${other.entry} (${summary(other)})`);
  }
}
