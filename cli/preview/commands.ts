import { type Command, Option } from "commander";
import { type CommandContext, wholeNumberFromZero, withDeployment, withExamples, withGate, withPairs, withSince } from "../command";
import { limits } from "./limit";

/** `entra-gatehouse preview`. */
export function register(preview: Command, session: CommandContext): void {
  withExamples(withGate(withDeployment(preview), "the decisions and the policy of"), [
    "preview --policy drafts/strict --since 7d",
    "preview --list draft.csv",
    "preview --policy drafts/strict --list draft.csv --json",
    "preview --as external-tenant --since 30d",
    "preview --stage production --since 30d --fail-on refused --allow 3",
  ]);
  withPairs(withSince(preview, "only decisions since then", "7d"), [{ option: "--if-deployed", not: "--local" }])
    .description(
      "Replays recorded decisions, the newest of each person at each step, under your policy as it is here, or a draft.\n" +
        "Rules that look at attributes or call other systems cannot be replayed: their recorded results are used.",
    )
    .option("--policy <dir>", "the draft's policy folder, relative to the project (default: policy, or what settings.ts names)")
    .option("--list <file>", "the draft of a whole list, as CSV or JSON lines (default: the list as it is)")
    .addOption(
      new Option(
        "--as <tenant>",
        "a move: what connectors were answered, as an external tenant would ask for it and wait two seconds",
      ).choices(["external-tenant"]),
    )
    .addOption(
      new Option(
        "--fail-on <whom>",
        "end with 2 for people who would be: refused; refused, or nobody can tell; treated otherwise in any way",
      )
        .choices(limits)
        .default("any"),
    )
    .option("--allow <people>", "as many of them still pass", wholeNumberFromZero)
    .option("--if-deployed", "pass where there is no such stack yet: for a pipeline's first run")
    .action(async (options) => (await import("./preview")).preview(options, session));
}
