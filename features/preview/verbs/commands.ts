import { type Command, Option } from "commander";
import {
  type CommandContext,
  wholeNumberFromZero,
  wholeNumberOption,
  withDeployment,
  withExamples,
  withGate,
  withPairs,
  withSince,
} from "../../../cli/command";
import { limits } from "./limit";

export function register(preview: Command, session: CommandContext): void {
  withExamples(withGate(withDeployment(preview), "the decisions and the policy of"), [
    "preview --policy drafts/strict --since 7d",
    "preview --list draft.csv",
    "preview --policy drafts/strict --list draft.csv --json",
    "preview --as external-tenant --since 30d",
    "preview --stage production --since 30d --fail-on refused --allow 3",
    "preview --find --policy drafts/strict",
    "preview --find admitted --against git:origin/main --save newly-admitted",
  ]);
  withPairs(withSince(preview, "only decisions since then", "7d"), [
    { option: "--if-deployed", not: "--local" },
    ...["--since", "--list", "--as", "--fail-on", "--allow", "--if-deployed", "--stage"].map((not) => ({
      option: "--find",
      not,
    })),
    ...["--against", "--seconds", "--save"].map((option) => ({ option, needs: "--find" })),
    { option: "--accept", needs: "--save" },
  ])
    .description(
      "Replays the newest recorded decision on each person at each step, under your local policy or a draft.\n" +
        "Rules that look at attributes or call other systems cannot be replayed: their recorded results are used.",
    )
    .option("--policy <dir>", "the draft's policy folder, relative to the project (default: policy, or what settings.ts names)")
    .option("--list <file>", "the draft of a whole list, as CSV or JSON lines (default: the list as it is)")
    .addOption(
      new Option(
        "--as <tenant>",
        "for a move: replays the calls of connectors as if an external tenant had made them and waited two seconds",
      ).choices(["external-tenant"]),
    )
    .addOption(
      new Option(
        "--fail-on <who>",
        "exit with 2 if people would be refused (refused), refused or unclear (unclear), or treated differently in any way (any)",
      )
        .choices(limits)
        .default("any"),
    )
    .option("--allow <people>", "still pass with this many of them", wholeNumberFromZero)
    .option("--if-deployed", "pass if there is no such stack yet: for a pipeline's first run")
    .addOption(
      new Option(
        "--find [who]",
        "search for somebody that the draft lets in and today's policy does not (admitted), or the reverse (refused); needs no decisions and no deployment",
      )
        .choices(["admitted", "refused", "both"])
        .preset("both"),
    )
    .option("--against <policy>", "with --find: today's policy, a folder or git:REF (default: git:HEAD; with --policy, the project's own)")
    .option("--seconds <number>", "with --find: how long to search", wholeNumberOption, 10)
    .option("--save <name>", "with --find: write the people found as cases of the draft, which fail until you correct it")
    .option("--accept", "with --save: the change is intended; the cases expect what the draft answers")
    .action(async (options) => {
      if (options.find === undefined) await (await import("./preview")).preview(options, session);
      else await (await import("../../counterexamples/verbs/find")).find(options, session);
    });
}
