import type { Command } from "commander";
import { type CommandContext, withExamples, withJson } from "../command";

/** `entra-gatehouse test`. */
export function register(test: Command, session: CommandContext): void {
  withExamples(withJson(test), ["test", "test --policy policies/partners"]);
  test
    .description(
      "Runs the policy's cases: requests as Entra sends them, whose file names say the claim.\n" +
        "  <policy>/cases/continue|block|invalid/*.json         before-create-user, or the policy's only step\n" +
        "  <policy>/cases/<step>/continue|block|invalid/*.json  that step\n" +
        "  <policy>/cases/access-list.csv                       the list they run with (default: samples/access-list.csv)",
    )
    .option("--gate <name>", "only the cases of this gate of several; default is the one without a name")
    .option("--policy <dir>", "policy folder, relative to the project (default: policy, and those of the gates in settings.ts)")
    .addHelpText("after", "\nExit codes: 0 every case is right, 1 a case is wrong, or failed.")
    .action(async (options) => (await import("./test")).test(options, session));
}
