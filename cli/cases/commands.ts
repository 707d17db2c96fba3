import { type Command, Option } from "commander";
import { type CommandContext, withExamples, withGate, withJson, withPairs } from "../command";

/** `entra-gatehouse test`. */
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
      "Checks the policy's types, then runs its cases: requests, and what the policy has to make of them.\n" +
        "  <policy>/cases/*.json           cases, any number in a file: docs/cases.md\n" +
        "  <policy>/cases/access-list.csv  the list they run with; beside it profiles.csv and reference-data.csv\n" +
        "Nothing outside is called, and nothing is written but what --update writes.",
    )
    .option("--policy <dir>", "policy folder, relative to the project (default: policy, and those of the gates in settings.ts)")
    .option("--update", "write what is answered now into the cases that are wrong, and show what that changes")
    .option("--watch", "run them again whenever the policy or a case is saved, until Ctrl-C")
    .addOption(
      new Option("--require-coverage [what]", "fail where no case reaches a rule, or with reasons, a rule or a reason")
        .choices(["rules", "reasons"])
        .preset("rules"),
    )
    .addHelpText(
      "after",
      "\nExit codes: 0 every case is right, 1 a case is wrong, or the policy or a case cannot be read, 2 a rule or reason is not covered\n" +
        "(--require-coverage).",
    )
    .action(async (options) => (await import("./test")).test(options, session));
}
