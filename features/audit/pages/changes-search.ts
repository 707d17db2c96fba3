import type { Asks, Visit } from "../../../console/app/visit";
import type { FieldProblem } from "../../../console/parts/forms";
import type { PageSource } from "../../../console/parts/paging";
import { endOfDay, startOfDay } from "../../../console/parts/time";
import { personNamed } from "../../../engine/sign-up/account-key";
import { eachHash } from "../../../engine/sign-up/person";
import type { AuditEntry, AuditSearch } from "../store/trail";
import { auditTexts as t } from "./audit-texts";

/** The tabs of the page: what the trail holds, by kind. */
export const changeViews = ["changes", "sign-ins", "exports"] as const;
export type ChangeView = (typeof changeViews)[number];

/** What changes can be narrowed to: with what the names of their actions begin. */
export const changeGroups = {
  list: ["access-list.", "list-changes."],
  requests: ["approvals."],
  people: ["access.", "person."],
  partners: ["partner."],
  gates: ["posture."],
  incidents: ["incident."],
  data: ["profiles.", "reference-data.", "ledger."],
  tasks: ["tasks."],
} as const;

/** What only says that something else went on. It is found by its group, its entry or its person. */
const isAside = /\.(tidied|samples-loaded|set-begun)$/;

/** What the address may search by. */
const changeFilters = ["from", "to", "operator", "action", "entry", "person"] as const;

export const changeAsks: Asks = {
  view: changeViews,
  open: "any",
  set: "any",
  ...Object.fromEntries(changeFilters.map((name) => [name, "any"])),
};

/** What is looked for. */
export interface ChangeSearch {
  readonly view: ChangeView;
  readonly entry: string;
  /** As typed, and as keyed hashes. */
  readonly person: string;
  readonly hashes: readonly string[];
  readonly operator: string;
  readonly action: string;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

export function viewOf(action: string): ChangeView {
  if (action.startsWith("session.")) return "sign-ins";
  return action.endsWith(".exported") ? "exports" : "changes";
}

/** The tab that the address names. @default the first */
export function viewAsked({ query }: Visit): ChangeView {
  return changeViews.find((each) => each === query("view")) ?? "changes";
}

/** The search that the address asks for, or its problems. Days are whole days. */
export async function changesAsked(visit: Visit): Promise<ChangeSearch | { readonly problems: readonly FieldProblem[] }> {
  const [from, to] = [startOfDay(visit.query("from"), visit.zone), endOfDay(visit.query("to"), visit.zone)];
  const person = visit.query("person");
  const hashes = person === "" ? [] : eachHash(await visit.world.hashes()).map((hashOf) => personNamed(person, hashOf));
  const problems = [
    ...(visit.query("from") !== "" && from === undefined ? [{ field: "from", text: t.badDay }] : []),
    ...(visit.query("to") !== "" && to === undefined ? [{ field: "to", text: t.badDay }] : []),
    ...(hashes.includes(undefined) ? [{ field: "person", text: t.noPerson }] : []),
  ];
  if (problems.length > 0) return { problems };
  const [entry, operator, action] = [visit.query("entry"), visit.query("operator"), visit.query("action")];
  return { view: viewAsked(visit), entry, person, hashes: hashes as string[], operator, action, from, to };
}

/** Entries of the trail that are asked for, newest first. */
export async function changesSource({ world }: Visit, search: ChangeSearch): Promise<PageSource<AuditEntry, string>> {
  const first = search.to === undefined ? undefined : await world.audit.numberAt(new Date(search.to.getTime() + 1));
  const from = search.from?.toISOString() ?? "";
  return {
    async read(before = first) {
      const { entries, next } = await world.audit.page(keyOf(search), before, 100);
      const isOver = (entries.at(-1)?.at ?? from) < from;
      return { items: entries, ...(next !== undefined && !isOver && { next }) };
    },
    after: ({ number }) => number,
    matches: (entry) => isWanted(entry, search),
  };
}

/** The narrowest of the indexes; `isWanted` looks at the rest. */
function keyOf({ person, hashes, entry, operator }: ChangeSearch): AuditSearch {
  if (person !== "" && hashes.length === 1) return { person: hashes[0] as string };
  if (entry !== "") return { subject: entry };
  if (/^(outside|gatehouse|arn:.+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(operator)) return { operator };
  return {};
}

function isWanted({ subject, person, by, name, action, at }: AuditEntry, wish: ChangeSearch): boolean {
  const operator = wish.operator.toLowerCase();
  return (
    viewOf(action) === wish.view &&
    (wish.hashes.length === 0 || wish.hashes.includes(person ?? "")) &&
    (wish.entry === "" || subject === wish.entry) &&
    (operator === "" || by.toLowerCase() === operator || name.toLowerCase().includes(operator)) &&
    isOfKind(action, wish) &&
    (wish.from === undefined || at >= wish.from.toISOString()) &&
    (wish.to === undefined || at <= wish.to.toISOString())
  );
}

/** Addresses of before name one action alone. */
function isOfKind(action: string, { action: asked, entry, person }: ChangeSearch): boolean {
  if (asked === "") return entry !== "" || person !== "" || !isAside.test(action);
  const group = Object.entries(changeGroups).find(([name]) => name === asked)?.[1];
  return group === undefined ? action === asked : group.some((begins) => action.startsWith(begins));
}
