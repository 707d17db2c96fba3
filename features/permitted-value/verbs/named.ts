import { CommandError } from "../../../cli/failure";
import { readListName } from "../../reference-data/row";

/** A list's name in stored form. Throws if it is invalid. */
export function listNamed(typed: string): string {
  const list = readListName(typed);
  if (list === undefined) throw new CommandError("The list's name is empty, too long, or holds control characters.");
  return list;
}
