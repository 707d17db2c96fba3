import type { Visit } from "../../app/visit";
import { rowPath } from "../../editor/described-table";
import { BackLink } from "../../editor/row-parts";
import { accessListTable } from "./access-list";
import { accessListTexts } from "./access-list-texts";

export function entryPath(entry: string): string {
  return rowPath(accessListTable, { entry });
}

export function BackToList({ visit }: { readonly visit: Visit }) {
  return <BackLink path={accessListTable.list} text={visit.say(accessListTexts).back} />;
}
