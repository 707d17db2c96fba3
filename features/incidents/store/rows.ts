import { isDeepStrictEqual } from "node:util";
import type { RowKind } from "../../../adapters/tables/row-kind";
import type { AuditFact, TableChange } from "../../../engine/audited-change";
import { omit } from "../../../engine/collections";
import type { Row } from "../../../engine/sign-up/rule";
import { incidentEvent } from "../events";
import { readSteps } from "../steps";
import { INCIDENTS, incidentIn, incidentStore } from "./incidents";

export const incidentKind: RowKind = {
  table: "listChanges",
  under: INCIDENTS,
  event({ before, after }) {
    const incident = after && incidentIn(after);
    if (incident === undefined) throw new TypeError("The row is no incident.");
    return incidentEvent(before && incidentIn(before), incident);
  },
  audited: "list-changes",
  // Erasure removes the person from the incident. Their account stays as the incident left it.
  async forget({ personIds, accountIds }, client, name) {
    const store = incidentStore(client, name);
    for await (const { id } of store.all()) for (const each of [...personIds, ...accountIds]) await store.forget(id, each);
  },
  fact: incidentFact,
};

/** Columns of the work's progress. A write of only these columns gets no entry in the audit log, unless the write adds a step. */
const quiet: readonly string[] = "act aliveUntil changeSet kept listOnly outcome steps wish wishedBy wishedName work".split(" ");
const shownColumns: readonly string[] = ["state", "people", "selection", "changeSet", "outcome", "revert"];

export function incidentFact({ before, after }: Pick<TableChange, "before" | "after">): AuditFact | undefined {
  const subject = String((after ?? before)?.part ?? "");
  const isShown = (name: string) => shownColumns.includes(name);
  const details = { subject, ...(before && { before: cells(before, isShown) }), ...(after && { after: cells(after, isShown) }) };
  if (after === undefined) return { ...details, action: "incident.removed" };
  if (before === undefined) return after.state === "selecting" ? undefined : { ...details, action: "incident.changed" };
  const [is, was] = [readSteps(after), readSteps(before)];
  const step = isDeepStrictEqual(is.slice(0, -1), was) ? is.at(-1) : undefined;
  if (step !== undefined) {
    const { what, by, name, act, whom } = step;
    return {
      ...details,
      ...(whom && { person: whom.person, after: { ...details.after, reference: whom.reference } }),
      ...(act !== undefined && { act }),
      action: `incident.${what}`,
      author: { by, ...(name === undefined ? { via: "command" } : { name, via: "console" }) },
    };
  }
  const isTold = (name: string) => !quiet.includes(name);
  // An erasure takes the person out of a step. It has an entry of its own.
  const [steps, earlierSteps] = [is, was].map((each) => each.map((one) => omit(one, "whom")));
  const isSame = isDeepStrictEqual(steps, earlierSteps) && isDeepStrictEqual(cells(after, isTold), cells(before, isTold));
  return isSame ? undefined : { ...details, action: "incident.changed" };
}

function cells(row: Row, isMeant: (name: string) => boolean): Row {
  return Object.fromEntries(Object.entries(row).filter(([name, cell]) => isMeant(name) && cell !== undefined));
}
