import * as v from "valibot";
import { listOf, withMeaning } from "../../engine/fields";
import type { CaseWords } from "../../local/case-words";
import { readCells } from "./files/row";
import { tidy } from "./hygiene";
import { describeProblems } from "./problem-texts";
import { accessListRow } from "./stored-row";
import { typedUnmatched } from "./unmatched";

const columns = new Set(["entry", "effect", "issuer", "gates", "expiresAt", "note"]);

export const accessListInCases = {
  tables: { accessList: v.optional(listOf(withMeaning(accessListRow, "A row as an operator writes it."), "Rows of the access list.")) },
  kept(table, row) {
    if (table !== "accessList") return undefined;
    const unknown = Object.keys(row).find((name) => !columns.has(name));
    if (unknown !== undefined) return `cannot be a row of the access list: ${unknown} is none of its columns, ${[...columns].join(", ")}`;
    const read = readCells(row);
    const unmatched = read.ok ? typedUnmatched(read.row.entry) : undefined;
    const problems = read.ok ? (unmatched === undefined ? [] : [unmatched]) : read.problems;
    return problems.length === 0 ? { ...row, entry: tidy(row).key } : `cannot be a row of the access list: ${describeProblems(problems)}`;
  },
} satisfies CaseWords;
