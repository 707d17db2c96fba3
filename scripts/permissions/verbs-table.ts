import { markdownTable } from "../markdown-table";
import { verbGroups } from "./verbs";

/** What every command asks of the stack; the page says so once. */
const EVERY_COMMAND = "cloudformation:DescribeStacks";

/** What each command asks of AWS, as a table of a page. Places at which it asks the same share one mention. */
export function verbsTable(): string {
  const rows = verbGroups.map(({ commands, allows }) => {
    const places = new Map<string, string[]>();
    for (const [place, actions] of Object.entries(allows)) {
      const asked = actions.filter((action) => action !== EVERY_COMMAND).map((action) => `\`${action}\``);
      if (asked.length > 0) places.set(asked.join(", "), [...(places.get(asked.join(", ")) ?? []), place]);
    }
    return [
      commands.map((command) => `\`${command}\``).join(", "),
      [...places].map(([actions, at]) => `${at.join(", ")}: ${actions}`).join("; "),
    ];
  });
  return markdownTable(["command", "asks"], rows);
}
