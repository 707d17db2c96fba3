import type { AuditDetails } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/canonical-json";
import type { Row } from "../../engine/sign-up/rule";
import type { IncidentOutcome } from "./incident";
import { jobColumns } from "./job";

export interface IncidentChange {
  readonly action: string;
  /** Absent for an edit outside Gatehouse. */
  readonly by?: string;
  /** In the console: the account's name at the time. */
  readonly name?: string;
  readonly via: "command" | "console";
  readonly details: AuditDetails;
}

const steps: readonly { readonly action: string; readonly author: string; isNow(before: Row, after: Row): boolean }[] = [
  { action: "incident.opened", author: "by", isNow: moved("selecting", "open") },
  { action: "incident.asked", author: "askedBy", isNow: appeared("askedBy") },
  { action: "incident.confirmed", author: "confirmedBy", isNow: appeared("confirmedBy") },
  { action: "incident.acting", author: "actedBy", isNow: (before, after) => before.state !== "acting" && after.state === "acting" },
  { action: "incident.acted", author: "actedBy", isNow: moved("acting", "acted") },
  { action: "incident.undoing", author: "undoneBy", isNow: (before, after) => before.state !== "undoing" && after.state === "undoing" },
  { action: "incident.undone", author: "undoneBy", isNow: moved("undoing", "undone") },
  { action: "incident.enabled", author: "wishedBy", isNow: letSomeBackIn },
];
/** States in which writes need no entry, such as noting the change set's id. */
const quiet = new Set(["acting", "undoing"]);

function moved(from: string, to: string) {
  return (before: Row, after: Row) => before.state === from && after.state === to;
}

function letSomeBackIn(before: Row, after: Row): boolean {
  const enabledIn = ({ outcome }: Row) => Number((outcome as IncidentOutcome | undefined)?.enabled ?? 0);
  return isEnabling(before, after) && enabledIn(after) > enabledIn(before);
}

/** False for an undo, even if the last request was to enable people. */
function isEnabling(before: Row, after: Row): boolean {
  return before.state === after.state && after.state !== "undoing" && after.wish === "enable";
}

function appeared(name: string) {
  return (before: Row, after: Row) => before[name] === undefined && after[name] !== undefined;
}

/** Undefined for a write without an entry of its own. */
export function incidentChange({ before, after }: { readonly before?: Row; readonly after?: Row }): IncidentChange | undefined {
  const row = (after ?? before) as Row;
  const subject = String(row.part ?? "");
  const shown = ({ state, people, selection, changeSet, outcome, revert }: Row): Row =>
    Object.fromEntries(Object.entries({ state, people, selection, changeSet, outcome, revert }).filter(([, cell]) => cell !== undefined));
  const details = { subject, ...(before && { before: shown(before) }), ...(after && { after: shown(after) }) };
  const outside = (action: string): IncidentChange => ({ action, via: "command", details });
  if (after === undefined) return outside("incident.removed");
  if (before === undefined) return after.state === "selecting" ? undefined : outside("incident.changed");
  const step = steps.find(({ isNow }) => isNow(before, after));
  const author = step && after[step.author];
  if (step !== undefined && typeof author === "string") {
    const name = after[step.author === "by" ? "name" : step.author.replace(/By$/, "Name")];
    const named = typeof name === "string" ? ({ name, via: "console" } as const) : ({ via: "command" } as const);
    return { action: step.action, by: author, ...named, details };
  }
  const isQuiet = (before.state === after.state && quiet.has(String(after.state))) || isJobAlone(before, after);
  return isQuiet ? undefined : outside("incident.changed");
}

/** The result of a job has its own entry, under the name of the person who requested it. */
function isJobAlone(before: Row, after: Row): boolean {
  const isOfJob = (name: string) => jobColumns.includes(name) || (name === "outcome" && isEnabling(before, after));
  const rest = (row: Row) => canonicalJson(Object.fromEntries(Object.entries(row).filter(([name]) => !isOfJob(name))));
  return rest(before) === rest(after);
}
