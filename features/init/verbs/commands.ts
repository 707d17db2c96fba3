import { type Command, Option } from "commander";
import { type CommandContext, withExamples } from "../../../cli/command";
import { packageManagers } from "./app-files";

/** `entra-gatehouse init`. */
export function register(init: Command, session: CommandContext): void {
  withExamples(init, ["init sign-up-gate", "init sign-up-gate --from domains", "init sign-up-gate --package-manager pnpm"]);
  init
    .description(
      "Creates a small CDK app: a stack, a policy with its cases, and how to run them. The app installs Gatehouse from\n" +
        "a copy of this version in its folder vendor, not from a registry.",
    )
    .argument("<dir>", "a folder that does not exist yet, or is empty")
    .option("--from <sample>", "the policy to begin with, by its name in samples/policies (default: the policy that is shipped)")
    .addOption(
      new Option("--package-manager <name>", "which one installs the app's packages (default: the one that runs this, or npm)").choices(
        packageManagers,
      ),
    )
    .action(async (dir, options) => (await import("./init")).init(dir, options, session));
}
