import type { Command } from "commander";
import { type CommandContext, withDeployedStack, withExamples } from "../../../cli/command";
import { endpointReader } from "../../../local/terminal/options";

export function register(deploy: Command, session: CommandContext): void {
  withExamples(withDeployedStack(deploy), [
    "deploy",
    "deploy --dry-run",
    "deploy --allow contoso.com",
    "deploy --stage test --region eu-west-1 --yes --json",
  ])
    .option("--allow <entry>", "the first entry of the access list, if that is empty: kim@contoso.com or contoso.com")
    .option("--endpoint <name=url>", "use another address for graph or login; may be repeated", endpointReader(["graph", "login"]))
    .option("--yes", "do not ask, for pipelines: deploys whatever changed, and applies Entra's plan")
    .option("--dry-run", "write nothing; say what each step would do")
    .description(
      "Takes the app into your AWS account: checks, cdk deploy, secrets that nobody has filled in, the first entry of the access list, entra plan and apply, smoke.\n" +
        "Each step looks first and leaves what is done, so after a failure the same command goes on.",
    )
    .action(async (options) => (await import("./deploy")).deploy(options, session));
}
