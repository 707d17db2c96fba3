import { type Command, Option } from "commander";
import { type CommandContext, withExamples, withGate, withJson, withPairs } from "../../../cli/command";

export function register(test: Command, session: CommandContext): void {
  withExamples(withGate(withJson(test), "only the cases of"), [
    "test",
    "test --watch",
    "test --update",
    "test --policy policies/partners --require-coverage",
  ]);
  const pairs = ["--json", "--update", "--require-coverage"].map((not) => ({ option: "--watch", not }));
  withPairs(test, pairs)
    .description(
      "Checks the policy's types, then runs its cases: requests, each with the answer that the policy must give.\n" +
        "  <policy>/cases/*.json           cases, any number in a file: docs/cases.md\n" +
        "  <policy>/cases/access-list.csv  the list they run with; beside it profiles.csv and reference-data.csv\n" +
        "It calls nothing outside, and writes only what --update writes.",
    )
    .option("--policy <dir>", "policy folder, relative to the project (default: policy, and those of the gates in settings.ts)")
    .option("--update", "write the current answers into the wrong cases, and show what that changes")
    .option("--watch", "run the cases again whenever the policy or a case is saved, until Ctrl-C")
    .addOption(
      new Option("--require-coverage [what]", "fail if no case reaches a rule; with reasons, also if no case reaches a reason")
        .choices(["rules", "reasons"])
        .preset("rules"),
    )
    .action(async (options) => (await import("./test")).test(options, session));
}
