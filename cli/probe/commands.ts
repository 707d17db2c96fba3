import { type Command, Option } from "commander";
import { endpointReader, readPort } from "../../local/terminal/options";
import { tenantKinds } from "../../simulator/contract/rule";
import { type CommandContext, type OptionPair, withDeployment, withExamples, withPairs } from "../command";

const RECORD_PAIRS: readonly OptionPair[] = [
  ...["--only", "--dry-run"].map((option) => ({ option, not: "--record" })),
  { option: "--port", needs: "--record" },
];

/** `entra-gatehouse probe`. */
export function register(probe: Command, session: CommandContext): void {
  withExamples(withPairs(withDeployment(probe), RECORD_PAIRS), [
    "probe",
    "probe --region eu-west-1 --profile production --only partiql --only secrets.stages",
    "probe --tenant contoso.onmicrosoft.com --kind workforce --json",
    "probe --local",
    "probe --dry-run",
    "probe --record entra.json",
  ]);
  probe
    .description(
      "Tries what only a real account or tenant can confirm (docs/assumptions.md), and prints which assumptions hold.\n" +
        "It creates rows, secrets, connectors and flows of its own, removes them, and never touches yours.",
    )
    .option("--only <id>", "only this assumption, or all of a subject (partiql); may be repeated", collected)
    .option("--dry-run", "print what it would try, and how; ask nobody and write nothing")
    .option("--tenant <id>", "the Entra tenant (default: AZURE_TENANT_ID; without either, the tenant is not asked)")
    .addOption(new Option("--kind <kind>", "the tenant's kind (default: the deployment's)").choices(tenantKinds))
    .option("--endpoint <name=url>", "use another address for graph or login; may be repeated", endpointReader(["graph", "login"]))
    .option(
      "--record <file>",
      "pass Entra's calls on to the gate until Ctrl-C, and write their form to this file: names and types, no values",
    )
    .option("--port <number>", "with --record: where to listen on this machine; 0 takes any free one", readPort, 0)
    .addHelpText("after", "\nIt signs in to the tenant as entra commands do: entra plan --help.")
    .action(async (options) => (await import("./probe")).probe(options, session));
}

function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
