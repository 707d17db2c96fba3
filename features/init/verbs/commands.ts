import { type Command, Option } from "commander";
import { type CommandContext, withExamples, withPairs } from "../../../cli/command";
import { whoAnswers } from "../../../local/first-policy/answers";
import { packageManagers } from "./app-files";

export function register(init: Command, session: CommandContext): void {
  withPairs(init, [
    { option: "--policy", needs: "--language" },
    { option: "--language", not: "--from" },
    { option: "--domain", needs: "--who" },
    { option: "--who", not: "--from" },
  ]);
  withExamples(init, [
    "init sign-up-gate",
    "init sign-up-gate --who domains --domain contoso.com",
    "init sign-up-gate --from domains",
    "init sign-up-gate --package-manager pnpm",
    "init --language it",
  ]);
  init
    .description(
      "Creates a small CDK app: a stack, a policy with its cases, and how to run them. The app installs Gatehouse from\n" +
        "a copy of this version in its folder vendor, not from a registry.",
    )
    .argument("[dir]", "a folder that does not exist yet, or is empty")
    .addOption(new Option("--who <answer>", "who may sign up (default: at a terminal, it asks)").choices(whoAnswers))
    .option(
      "--domain <domain>",
      "with --who domains: a domain whose people get in; may be repeated",
      (one, before: readonly string[] = []) => [...before, one],
    )
    .option("--from <sample>", "the policy to begin with, by its name in samples/policies (default: the policy that is shipped)")
    .addOption(
      new Option("--package-manager <name>", "which one installs the app's packages (default: the one that runs this, or npm)").choices(
        packageManagers,
      ),
    )
    .option("--language <tag>", "write no app, but the file of a language to be translated into the policy folder: docs/languages.md")
    .option("--policy <dir>", "with --language: its policy folder, relative to the project (default: policy)")
    .action(async (dir: string | undefined, options) => {
      if (options.language !== undefined)
        return (await import("../../languages/verbs/init-language")).initLanguage(options.language, options, session);
      if (dir === undefined) return init.error("error: name the folder of the app.");
      await (await import("./init")).init(dir, options, session);
    });
}
