import { CommandError } from "../../../cli/failure";
import { readListName } from "../../reference-data/row";

/** A list's name as it is kept. Throws for what can be none. */
export function listNamed(typed: string): string {
  const list = readListName(typed);
  if (list === undefined) throw new CommandError("The list's name is empty, too long, or holds control characters.");
  return list;
}
