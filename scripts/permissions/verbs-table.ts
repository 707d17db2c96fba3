import { markdownTable } from "../markdown-table";
import { verbGroups } from "./verbs";

/** What each command asks of AWS, as a table of a page. */
export function verbsTable(): string {
  const rows = verbGroups.map(({ commands, allows }) => [
    commands.map((command) => `\`${command}\``).join(", "),
    Object.entries(allows)
      .map(([place, actions]) => `${place}: ${actions.map((action) => `\`${action}\``).join(", ")}`)
      .join("; "),
  ]);
  return markdownTable(["command", "asks"], rows);
}
