import { toItem, toRow } from "../../../adapters/tables/item";
import { EXPIRY_ATTRIBUTE, TASK_PREFIX } from "../../../adapters/tables/tables";
import type { Operator } from "../../../engine/tasks/task";
import type { Visit } from "../../app/visit";
import { dayOf } from "../../parts/time";

/** Each operator in a column of its own: those who come at the same moment do not get in each other's way. */
const KEY = { id: `${TASK_PREFIX}operators` };
const ROW = toItem(KEY);
const COLUMN = "by/";
const KEPT_SECONDS = 60 * 86_400;

/** Those who decide here and came within 60 days, by name: whom something can be assigned to. Notes that the visitor came. */
export async function knownOperators({ world: { ledger }, session, now }: Visit): Promise<readonly Operator[]> {
  const item = await ledger.get(KEY);
  const own = `${dayOf(now)} ${session.name}`;
  const row = item === undefined ? {} : toRow(item);
  if (row[COLUMN + session.subject] !== own) {
    const seconds = Math.floor(now.getTime() / 1_000) + KEPT_SECONDS;
    const seen = { ...ROW, ...toItem({ [COLUMN + session.subject]: own, [EXPIRY_ATTRIBUTE]: seconds }) };
    // Where a colleague comes at the same moment, the next visit writes it.
    await (item === undefined ? ledger.add(seen) : ledger.change(item, { ...item, ...seen }));
  }
  const oldest = dayOf(new Date(now.getTime() - KEPT_SECONDS * 1_000));
  const others = Object.entries(row).flatMap(([column, text]) =>
    column.startsWith(COLUMN) && typeof text === "string" && text.slice(0, oldest.length) >= oldest
      ? [{ id: column.slice(COLUMN.length), name: text.slice(oldest.length + 1) }]
      : [],
  );
  const me = { id: session.subject, name: session.name };
  return [me, ...others.filter(({ id }) => id !== me.id).sort((a, b) => (a.name < b.name ? -1 : 1))];
}
