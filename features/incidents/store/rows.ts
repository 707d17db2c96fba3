import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import type { RowKind } from "../../../adapters/tables/row-kind";
import type { AuditFact, TableChange } from "../../../engine/audited-change";
import type { Row } from "../../../engine/sign-up/rule";
import { incidentEvent } from "../event";
import { INCIDENTS, stepColumn } from "../incident";
import { incidentIn, incidentStore } from "./incidents";

export const incidentKind: RowKind = {
  table: "listChanges",
  under: INCIDENTS,
  event({ before, after }) {
    const incident = after && incidentIn(after);
    if (incident === undefined) throw new TypeError("The row is no incident.");
    return incidentEvent(before && incidentIn(before), incident);
  },
  audited: "list-changes",
  // An incident forgets that the person was one of its people. Their account stays as the incident left it.
  async forget({ personIds, accountIds }, client, name) {
    const store = incidentStore(client, name);
    for await (const { id } of store.all()) for (const each of [...personIds, ...accountIds]) await store.forget(id, each);
  },
  fact: incidentFact,
};

/** Columns of the work itself: its steps have entries of their own. */
const quiet: readonly string[] = ["aliveUntil", "changeSet", "kept", "listOnly", "outcome", "wish", "wishedBy", "wishedName", "work"];

/** The trail's entry for a write of an incident. Undefined for progress. */
export function incidentFact({ before, after }: Pick<TableChange, "before" | "after">): AuditFact | undefined {
  const subject = String((after ?? before)?.part ?? "");
  const details = { subject, ...(before && { before: shown(before) }), ...(after && { after: shown(after) }) };
  if (after === undefined) return { ...details, action: "incident.removed" };
  if (before === undefined) return after.state === "selecting" ? undefined : { ...details, action: "incident.changed" };
  if (v.is(stepColumn, after.step) && !isDeepStrictEqual(after.step, before.step)) {
    const { what, by, name } = after.step;
    const author = { by, ...(name === undefined ? { via: "command" as const } : { name, via: "console" as const }) };
    return { ...details, action: `incident.${what}`, author };
  }
  return isDeepStrictEqual(withoutWork(before), withoutWork(after)) ? undefined : { ...details, action: "incident.changed" };
}

function shown({ state, people, selection, changeSet, outcome, revert }: Row): Row {
  return Object.fromEntries(
    Object.entries({ state, people, selection, changeSet, outcome, revert }).filter(([, cell]) => cell !== undefined),
  );
}

function withoutWork(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !quiet.includes(name)));
}
