import type { Checked } from "../../../engine/access-list/check-step";
import type { Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { shortened } from "../../parts/value";
import { checkTexts } from "./access-list-check-texts";
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

interface ListVerdictProps {
  readonly visit: Visit;
  readonly checked: Pick<Checked, "verdict" | "matches">;
}

/** What the list makes of somebody. Whom no entry speaks of it lets through to the other rules: that is no word in their favour. */
export function ListVerdict({ visit, checked: { verdict, matches } }: ListVerdictProps) {
  const t = visit.say(checkTexts);
  const isSilent = verdict === "continue" && matches.length === 0;
  const kind = verdict === "block" ? "bad" : verdict === "continue" && !isSilent ? "good" : "";
  return <span class={`tag ${kind}`}>{isSilent ? t.silent : t.verdicts[verdict]}</span>;
}

export function BackToList({ visit }: { readonly visit: Visit }) {
  return <BackLink path={writtenList.path} text={visit.say(accessListTexts).back} />;
}
