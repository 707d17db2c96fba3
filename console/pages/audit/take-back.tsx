import type { Child } from "hono/jsx";
import type { AuditEntry } from "../../../adapters/tables/audit";
import { type Item, toRow } from "../../../adapters/tables/item";
import { withoutIndexes } from "../../../adapters/tables/list-indexes";
import { canonicalJson } from "../../../engine/audit/chain";
import type { Row } from "../../../engine/sign-up/rule";
import type { Visit } from "../../app/visit";
import { mapInOrder } from "../../editor/row-writes";
import { UndoForm } from "../access-list/change-set-parts";
import { objectionTo } from "../access-list/change-sets";
import { RestoreForm } from "../access-list/entry-history";
import { rowBefore } from "../access-list/row-before";
import { auditTexts } from "./audit-texts";

const ofSet = /^access-list\.(edited|imported|reverted|set-done|set-stopped)$/;

/** The button of each entry whose change of the list can be taken back now, by the entry's number. */
export async function takeBackForms(visit: Visit, entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, Child>> {
  const forms = new Map<string, Child>();
  if (!visit.may("Administrator")) return forms;
  await mapInOrder(entries, async (entry) => {
    const form = await takeBackForm(visit, entry);
    if (form !== undefined) forms.set(entry.number, form);
  });
  return forms;
}

async function takeBackForm(visit: Visit, entry: AuditEntry): Promise<Child | undefined> {
  const { action, set: id, outcome, number } = entry;
  if (outcome !== "done") return undefined;
  const button = visit.say(auditTexts).takeBack;
  if (ofSet.test(action) && id !== undefined) {
    const set = await visit.world.changes.get(id);
    return set === undefined || (await objectionTo(visit, set)) !== undefined ? undefined : (
      <UndoForm visit={visit} id={id} button={button} />
    );
  }
  const earlier = rowBefore(entry);
  if (earlier === undefined) return undefined;
  const current = await visit.world.accessList.get(entry.subject);
  if (!isAs(current, entry.after)) return undefined;
  return (
    <RestoreForm
      visit={visit}
      entry={entry.subject}
      origin={{ set: "", number }}
      before={earlier.before}
      current={current}
      button={button}
    />
  );
}

/** Whether the row is unchanged since. A problem flag set by the hygiene worker is not an edit. */
function isAs(current: Item | undefined, recorded: Row | undefined): boolean {
  const cells = (row: Row) => canonicalJson(Object.fromEntries(Object.entries(row).filter(([name]) => name !== "problem")));
  if (current === undefined || recorded === undefined) return current === undefined && recorded === undefined;
  return cells(toRow(withoutIndexes(current))) === cells(recorded);
}
