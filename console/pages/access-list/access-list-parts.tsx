import type { Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { accessListTexts } from "./access-list-texts";
import { writtenList } from "./access-list-write";

export function entryPath(entry: string): string {
  return `${writtenList.path}/entry?key=${encodeURIComponent(entry.toWellFormed())}`;
}

export function BackToList({ visit }: { readonly visit: Visit }) {
  return <BackLink path={writtenList.path} text={visit.say(accessListTexts).back} />;
}
