import * as v from "valibot";
import { createListSchema, withMeaning } from "../../engine/fields";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { CaseWords } from "../../local/case-words";
import { findSilentGates, gatesThatDeny } from "./asked-lists";
import { findTypedProblem } from "./entry";
import { concernWords } from "./entry-words";
import { readCells } from "./files/row";
import { findKeyAndProblems } from "./hygiene";
import { describeProblems } from "./problem-texts";
import { columns, readRow } from "./row";
import { accessListRow } from "./store/row-kinds";

export const cases = {
  order: 5,
  tables: {
    accessList: v.optional(createListSchema(withMeaning(accessListRow, "A row as an operator writes it."), "Rows of the access list.")),
  },
  kept(table, row) {
    if (table !== "accessList") return undefined;
    const unknown = Object.keys(row).find((name) => !(columns as readonly string[]).includes(name));
    if (unknown !== undefined) return `cannot be a row of the access list: ${unknown} is none of its columns, ${columns.join(", ")}`;
    const read = readCells(row);
    const problem = read.ok ? findTypedProblem(read.row.entry) : undefined;
    const problems = read.ok ? (problem === undefined ? [] : [problem]) : read.problems;
    return problems.length === 0
      ? { ...row, entry: findKeyAndProblems(row).key }
      : `cannot be a row of the access list: ${describeProblems(problems)}`;
  },
  rowsWarnings({ accessList = [] }, policies, gate) {
    const silent = findSilentGates([gate ?? DEFAULT_GATE], () => policies);
    const [first, ...others] = accessList.filter((row) => gatesThatDeny(readRow(row), silent, new Date()).length > 0);
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return [`access-list.csv: ${String(first.entry)}${more}: ${concernWords.en.asksNobody(gate ?? "")}`];
  },
} satisfies CaseWords;
