import type { Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { shortened } from "../../parts/value";
import { accessListTexts } from "./access-list-texts";
import { writtenList } from "./access-list-write";

export function entryPath(entry: string): string {
  return `${writtenList.path}/entry?key=${encodeURIComponent(entry.toWellFormed())}`;
}

export const NEW_ENTRY_PATH = `${writtenList.path}/new`;

/** The form for a new entry, filled in: an allow until a day. */
export function newEntryPath(entry: string): string {
  return `${NEW_ENTRY_PATH}?${new URLSearchParams({ entry })}`;
}

/** An entry that leads to its page. */
export function EntryLink({ entry }: { readonly entry: string }) {
  return (
    <a href={entryPath(entry)}>
      <bdi class="value">{shortened(entry, 80)}</bdi>
    </a>
  );
}

export function BackToList({ visit }: { readonly visit: Visit }) {
  return <BackLink path={writtenList.path} text={visit.say(accessListTexts).back} />;
}
