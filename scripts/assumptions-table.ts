import { type Assumption, assumptions } from "./assumptions";
import { markdownList } from "./markdown-table";

/** Returns the assumptions that only a real account or tenant confirms, for docs/assumptions.md: one list for each kind of test. */
export function assumptionsTables(): string {
  return [
    `### Shown by a recording\n\n${formatAssumptions((trial) => trial === "recording")}`,
    `### Tried by another command, or by hand\n\n${formatAssumptions((trial) => trial !== "recording")}`,
  ].join("\n\n");
}

function formatAssumptions(isTriedSo: (trial: Assumption["tried"]) => boolean): string {
  const listedAssumptions = assumptions.filter(({ tried }) => isTriedSo(tried));
  return markdownList(listedAssumptions.map(({ id, relied, tried }) => [id, plain(`${relied}.${formatCommand(tried)}`)]));
}

function formatCommand(trial: Assumption["tried"]): string {
  return typeof trial === "object" && "command" in trial ? ` Tried by \`${trial.command}\`.` : "";
}

/** Escapes each `<`, which would start a tag. */
function plain(text: string): string {
  return text.replace(/</g, "&lt;");
}
