import type { Visit } from "../../../console/app/visit";
import { countText } from "../../../console/parts/value";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { EntryChanges, SetsOfEntry } from "../../access-list/pages/entry-links";
import { decidingEntry } from "../selection";
import { Tally } from "../tally";
import { incidentTexts as t } from "./incidents-texts";

const TOP_ENTRIES = 3;

/** The entries that let most of some people in, with who made them. */
export function AllowedBy({ visit, people }: { readonly visit: Visit; readonly people: readonly DecisionRecord[] }) {
  const entries = new Tally();
  for (const entry of people.flatMap((record) => decidingEntry(record) ?? [])) entries.add(entry);
  return entries
    .top()
    .top.slice(0, TOP_ENTRIES)
    .map(([entry, count]) => (
      <>
        <p>
          {count === people.length ? t.allAllowedBy : t.allowedBy(countText(visit, count))} <EntryLink entry={entry} />
        </p>
        <EntryChanges visit={visit} entry={entry} isTitled={false} />
        <SetsOfEntry visit={visit} entry={entry} isTitled={false} />
      </>
    ));
}
