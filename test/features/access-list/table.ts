import { apiConnector } from "../../../engine/protocols/api-connector";
import type { SignUp, Step } from "../../../engine/sign-up/sign-up";
import type { ClassName } from "../../../features/access-list/entry";
import { admittedKey, findKeyAndProblems, merge } from "../../../features/access-list/hygiene";
import groups from "./decisions.json";
import type { Answer, ListRow, Person } from "./oracle";

/** One line of the decision table: a list, a person, and what the one says of the other. */
export interface DecisionRow extends Person {
  /** What the row claims. */
  readonly name: string;
  readonly entries: readonly ListRow[];
  readonly classes?: readonly ClassName[];
  /** ISO 8601; the moment does not matter if left out. */
  readonly now?: string;
  /** The entries are spelled as people type them: they count once the hygiene worker has come by. */
  readonly tidy?: true;
  readonly expect: Answer;
  /** The key that decides, in its tidied spelling. */
  readonly decidedBy?: string;
  /** The row can be sent through HTTP to a policy of `accessList()`; this is the action it gets. */
  readonly wire?: "Continue" | "ShowBlockPage";
}

export interface DecisionGroup {
  readonly group: string;
  readonly rows: readonly DecisionRow[];
}

export const decisionGroups = groups as readonly unknown[] as readonly DecisionGroup[];

/** The body Entra would send for a row's person. */
export function entraRequest({ email, identities }: Person): Record<string, unknown> {
  return { email, ...(identities !== undefined && { identities }), displayName: "Kim Lee", ui_locales: "en-GB" };
}

/** A person as the rules get to see them; undefined if the request never reaches a rule. */
export function signUpOf(person: Person, step: Step = "before-create-user"): SignUp | undefined {
  const parsed = apiConnector.parse({ contentType: "application/json", body: JSON.stringify(entraRequest(person)) }, step);
  return parsed.ok ? parsed.received : undefined;
}

/** What the hygiene worker makes of a table: each row in turn brought to where it belongs, twice over. */
export function tidied(rows: readonly ListRow[], now: Date): readonly ListRow[] {
  const table = new Map(rows.map((row) => [row.entry, row]));
  for (const entry of [...table.keys(), ...table.keys()]) {
    const row = table.get(entry);
    if (row === undefined) continue;
    const { key } = findKeyAndProblems({ ...row });
    if (key === entry) continue;
    table.set(key, movedTo(key, row, table.get(key), now));
    table.delete(entry);
  }
  return [...table.values()];
}

function movedTo(key: string, row: ListRow, current: ListRow | undefined, now: Date): ListRow {
  const renamed = { ...row, entry: key, typed: row.entry };
  if (current === undefined) return renamed;
  const { winner, set, remove } = merge({ ...row }, { ...current }, now);
  const merged = { ...(winner === "typed" ? renamed : current), ...set };
  const removed = admittedKey({ ...row }) === admittedKey({ ...current }) ? remove : [...remove, "typed"];
  return Object.fromEntries(Object.entries(merged).filter(([name]) => !removed.includes(name))) as unknown as ListRow;
}
