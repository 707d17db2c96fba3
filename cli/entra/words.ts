import type { CommandContext, JsonOption } from "../command";
import { alignedTable, type Output } from "../output";
import type { Change, Plan } from "./changes";

/** A plan, a line each. */
export function printPlan({ changes, obstacles, byHand, notes }: Plan, { json }: JsonOption, { output }: CommandContext): void {
  if (json) {
    for (const change of changes) output.json(change);
    for (const obstacle of obstacles) output.json({ obstacle });
    for (const each of byHand) output.json({ byHand: each });
    for (const note of notes) output.json({ note });
    return;
  }
  for (const line of alignedTable()(changes.map((change) => [change.action, objectWords(change), change.why]))) output.print(line);
  for (const each of byHand) output.print(`By hand: ${each}`);
  for (const obstacle of obstacles) output.print(`In the way: ${obstacle}`);
  for (const note of notes) output.print(`Note: ${note}`);
}

/** What a change is made to. */
export function objectWords(change: Change): string {
  switch (change.action) {
    case "create connector":
      return `${change.name}, ${change.url}`;
    case "update connector":
      return [
        change.name,
        ...(change.url === undefined ? [] : [change.url]),
        ...(change.credentials ? ["user name and password"] : []),
      ].join(", ");
    case "delete connector":
      return change.name;
    case "collect attribute":
    case "stop collecting":
      return change.attribute.id;
    case "link":
      return `${change.step}: ${change.name}`;
    case "unlink":
      return change.step;
  }
}

/** One change that was made. */
export function printDone(change: Change, { json }: JsonOption, { json: printJson, print }: Output): void {
  if (json) printJson({ ...change, done: true });
  else print(`${change.action}  ${objectWords(change)}`);
}
