import type { Filter, Filters, Query } from "../../engine/operator/list";
import type { Asks, Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { type Chip, choiceChip, fieldChip } from "./chips";
import { type FieldProblem, findFieldProblem, QueryField } from "./forms";
import { readBegin, readEnd } from "./time";
import { visible } from "./value";

/** The parameters of a view's address. */
export function asksFor(filters: Filters): Asks {
  return Object.fromEntries(
    Object.entries(filters).map(([name, { choices, isOpen }]) => [name, choices === undefined || isOpen ? "any" : Object.keys(choices)]),
  );
}

const momentKinds: ReadonlySet<Filter["kind"]> = new Set(["since", "until", "after", "before"]);

/** Reads a view's filters from the address. A day or minute is one of the visitor's zone and counts whole, as in the command. */
export function readPageQuery<F extends Filters>(
  visit: Visit,
  filters: F,
): { readonly query: Query<F>; readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const query: Record<string, string | Date> = {};
  for (const [name, { kind }] of Object.entries(filters)) {
    const text = visit.query(name);
    if (text === "") continue;
    const isBegin = kind === "since" || kind === "after";
    const value = !momentKinds.has(kind) ? text : isBegin ? readBegin(text, visit.zone) : readEnd(text, visit.zone);
    if (value === undefined) problems.push({ field: name, text: t.badDay });
    else query[name] = value;
  }
  return { query: query as Query<F>, problems };
}

/** A chip for each filter. The two moments share one. @param problems as `readPageQuery` returns them */
export function filterChips(visit: Visit, filters: Filters, problems: readonly FieldProblem[]): readonly Chip[] {
  const moments = Object.entries(filters).filter(([, { kind }]) => kind === "since" || kind === "until");
  const others = Object.entries(filters).filter(([, { kind }]) => !momentKinds.has(kind));
  const chips = others.map(([name, { label, hint, choices, kind }]) =>
    kind === "choice"
      ? choiceChip(visit, { name, label, options: Object.entries(choices ?? {}) })
      : fieldChip(visit, { name, label, hint, problem: findFieldProblem(problems, name) }),
  );
  return moments.length === 0 ? chips : [...chips, momentsChip(visit, moments, problems)];
}

function momentsChip(visit: Visit, moments: readonly (readonly [string, Filter])[], problems: readonly FieldProblem[]): Chip {
  const texts = moments.map(([name]) => visit.query(name));
  return {
    name: t.when,
    parameters: moments.map(([name]) => name),
    set: texts.join("") === "" ? undefined : visible(texts.join(" – ")),
    fields: moments.map(([name, { label }]) => (
      <QueryField visit={visit} name={name} label={label} problem={findFieldProblem(problems, name)} type="date" />
    )),
  };
}

const t = pageTexts({
  when: ["When", "기간"],
  badDay: ["This is not a date: write it like 2026-11-20.", "날짜가 아닙니다. 2026-11-20처럼 입력하세요."],
});
