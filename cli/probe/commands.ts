import { type Command, Option } from "commander";
import { endpointReader } from "../../local/terminal/options";
import { tenantKinds } from "../../simulator/contract/rule";
import { type CommandContext, withDeployment, withExamples } from "../command";

/** `entra-gatehouse probe`. */
export function register(probe: Command, session: CommandContext): void {
  withExamples(withDeployment(probe), [
    "probe",
    "probe --region eu-west-1 --profile production --only partiql --only secrets.stages",
    "probe --tenant contoso.onmicrosoft.com --kind workforce --json",
    "probe --local",
    "probe --dry-run",
  ]);
  probe
    .description(
      "Tries what the code relies on and only a real account or tenant confirms (docs/assumptions.md), and prints which assumptions hold.\n" +
        "It works on throw-away rows, secrets, connectors and flows, and removes them whatever happens; it never touches yours.",
    )
    .option("--only <id>", "this assumption alone, or all of a subject (partiql); may be repeated", collected)
    .option("--dry-run", "print what would be tried, and how; ask nobody")
    .option("--tenant <id>", "the Entra tenant (default: AZURE_TENANT_ID; without either, the tenant is not asked)")
    .addOption(new Option("--kind <kind>", "the tenant's kind (default: as the deployment tells)").choices(tenantKinds))
    .option("--endpoint <name=url>", "use another address for graph or login; may be repeated", endpointReader(["graph", "login"]))
    .addHelpText(
      "after",
      "\nIt signs in to the tenant as entra commands do: entra plan --help.\nExit codes: 0 whatever was tried holds, 1 nothing could be tried, or something is left to remove, 2 something does not hold, 130 interrupted.",
    )
    .action(async (options) => (await import("./probe")).probe(options, session));
}

function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
