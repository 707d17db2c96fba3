import { type Command, Option } from "commander";
import { type CommandContext, withDeployment, withExamples, withGate } from "../command";

/** `entra-gatehouse preview`. */
export function register(preview: Command, session: CommandContext): void {
  withExamples(withGate(withDeployment(preview), "the decisions and the policy of"), [
    "preview --policy drafts/strict --since 7d",
    "preview --list draft.csv",
    "preview --policy drafts/strict --list draft.csv --json",
    "preview --as external-tenant --since 30d",
  ]);
  preview
    .description(
      "Replays recorded decisions, the newest of each person at each step, under a draft.\n" +
        "Rules that look at attributes or call other systems cannot be replayed: their recorded results are used.",
    )
    .option("--policy <dir>", "the draft of a policy: a folder, relative to the project (default: the policy as it is)")
    .option("--list <file>", "the draft of a whole list, as CSV or JSON lines (default: the list as it is)")
    .addOption(
      new Option(
        "--as <tenant>",
        "a move: what connectors were answered, as an external tenant would ask for it and wait two seconds",
      ).choices(["external-tenant"]),
    )
    .option("--since <time>", "only decisions since then: 2h, 7d, 2026-11-20", "7d")
    .action(async (options) => (await import("./preview")).preview(options, session));
}
