import type { AnyTableName } from "../../adapters/tables/tables";
import type { JsonOption } from "../command";
import { counted, type Output } from "../output";
import type { RestorePlan, TablePlan } from "./restore-plan";
import type { Restored } from "./restore-rows";
import { PERSON_KEY } from "./secrets";
import type { RestoreSource } from "./source";

interface ReportOptions extends JsonOption {
  readonly overwrite?: boolean;
}

/** What a restore would do, a line a table. */
export function reportRestorePlan(
  { shown, madeAt, told }: RestoreSource,
  chosen: readonly AnyTableName[],
  { plan, secrets }: { readonly plan: RestorePlan; readonly secrets: readonly string[] },
  options: ReportOptions,
  output: Output,
): void {
  const { json, overwrite = false } = options;
  if (!json) output.print(`${shown}: as of ${madeAt}${told === undefined ? "" : `, of ${told.from.stack}, by version ${told.version}`}`);
  for (const table of chosen) {
    const own = plan.get(table);
    if (json) output.json({ table, ...(own === undefined ? { rows: 0 } : jsonOf(own)) });
    else output.print(`${table}: ${own === undefined ? "no rows" : wordsOf(own, overwrite)}`);
  }
  if (!json && secrets.length > 0) output.print(`secrets to change: ${secrets.join(", ")}`);
}

function jsonOf({ absent, lettingIn: _, ...own }: TablePlan): object {
  return { ...own, add: absent };
}

function wordsOf(own: TablePlan, overwrite: boolean): string {
  const { rows, absent, same, older, newer, differs, lacking, stays, expired, inUse } = own;
  const kept = overwrite ? "to overwrite" : "kept";
  const parts = [
    [absent, "to add"],
    [older, "older in the table, to bring up to date"],
    [lacking, "with members missing in the table, to add to them"],
    [stays, "different in the table, which keeps what was used up"],
    [newer, `newer in the table, ${kept}`],
    [differs, `different in the table, ${kept}`],
    [same, "the same"],
    [expired, "expired, left out"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return `${counted(rows, "row")}: ${told.join(", ")}${inUse ? "; the table is in use, its other rows stay" : ""}`;
}

export function reportRestored(restored: Restored, secrets: readonly string[], { json }: JsonOption, output: Output): void {
  const { written, changedMeanwhile } = restored;
  if (json) output.json({ written, changedMeanwhile, secrets });
  else output.print(`Restored ${counted(written, "row")}${secrets.length > 0 ? ` and ${counted(secrets.length, "secret")}` : ""}.`);
  if (changedMeanwhile > 0)
    output.warn(`${counted(changedMeanwhile, "row was", "rows were")} changed by somebody else meanwhile, and stay as they are now.`);
  // As long as a process goes by the key that it has read: adapters/aws/person-key.ts.
  if (secrets.includes(PERSON_KEY))
    output.warn("Wait ten minutes before Entra calls: functions that run already find restored people only once they have read their key.");
}
