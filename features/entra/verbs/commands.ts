import { type Command, Option } from "commander";
import { cloudNames } from "../../../adapters/graph/clouds";
import { type CommandContext, withDeployment, withExamples, withGate, withPairs, withSince } from "../../../cli/command";
import { tenantKinds } from "../../../engine/sign-up/sign-up";
import { signUpLogPermissions } from "../client/audit-logs";
import { claimsPermissions } from "../client/claims-policies";
import { flowSteps, userFlowPermissions } from "../client/user-flows";
import { readApplication, readGraphEndpoint, readUserFlow } from "./options";
import { chooseListenerNeeds } from "./sign-up-applications";
import { chooseCredentialNeeds, consentNeeds, setupNeeds, signUpNeeds } from "./tenant-graph";

/** The code of each command is loaded when it runs. */
export function registerSetUp(entra: Command, session: CommandContext): void {
  entra.hook("preAction", (_, acting) => void acting.setOptionValue("time", session.time));
  withTakeOver(verb(entra, "plan", "what apply would change in the tenant", ["", "--user-flow B2X_1_Partner --local --json"]))
    .description(
      "Compares the tenant's API connectors (or extensions) and the user flow with what the gate needs, and prints what apply would change and why. Only reads.",
    )
    .action(async (options) => (await import("./apply")).planTenant(options, session));

  withTakeOver(
    verb(entra, "apply", "create the connectors and link them to the user flows", [
      "",
      "--user-flow B2C_1_SignUp --gate suppliers",
      "--user-flow B2X_1_Partner --credentials",
      '--external-flow "Sign up"',
    ]),
  )
    .description(
      "Creates the API connectors of the gate's steps, links them to the user flow and ticks the attributes that the policy sets.\n" +
        "Creates a user flow that entra.ts declares and the tenant lacks, and links its applications (signUpAt) last.\n" +
        "In an external tenant: the application, its custom authentication extensions and what calls them.\n" +
        "It leaves alone what is already right. After a failure half-way, the same command does the rest.",
    )
    .action(async (options) => (await import("./apply")).applyToTenant(options, session));

  const check = verb(entra, "check", "where the tenant differs from what the gate needs", [
    "",
    "--user-flow B2X_1_Partner",
    "--doors",
    "--since 7d",
  ]);
  withSince(check, "also compare Entra's log of sign-ups to an external tenant since then with the gate's records")
    .description("Prints where the tenant differs from what the gate needs, and what to do about each difference. Only reads the tenant.")
    .option(
      "--doors",
      "also list every way to get an account, and what Graph tells of it: docs/doors.md. None of them changes the exit code",
    )
    .addHelpText("after", "\nRecords of people that after-sign-in let continue are kept for 14 days by default.")
    .action(async (options) => (await import("./apply")).checkTenant(options, session));
}

export function registerFilesAndRemoval(entra: Command, session: CommandContext): void {
  const pull = tenantVerb(entra, "pull", "write entra.ts from the tenant's user flows", [
    "",
    "--stdout",
    "--tenant contosob2c.onmicrosoft.com --kind b2c",
  ]);
  withPairs(pull, [{ option: "--force", not: "--stdout" }])
    .description("Writes into entra.ts the flows that call this deployment, each with its gate. Changes nothing in the tenant.")
    .addOption(kindOption("as entra.ts says, else workforce", tenantKinds))
    .option("--force", "overwrite an entra.ts that differs")
    .option("--stdout", "print the file instead of writing it")
    .addHelpText("after", ENVIRONMENT)
    .action(async (options) => (await import("./pull/pull")).pullFromTenant(options, session));

  verb(entra, "types", "write the tenant's attributes as TypeScript", ["", "--user-flow B2X_1_Partner --stdout"])
    .description(
      "Writes the tenant's attributes with their types into entra-attributes.ts, beside settings.ts: a policy that names another one " +
        "does not compile, and synth knows what each flow collects. Run it again when they change. Changes nothing in the tenant.",
    )
    .option("--stdout", "print the file instead of writing it")
    .action(async (options) => (await import("./types/types")).writeTypes(options, session));

  verb(entra, "remove", "unlink the connectors and delete them", [
    "--user-flow B2X_1_Partner",
    "--user-flow B2X_1_Partner --attributes --yes",
  ])
    .description(
      "Unlinks the gate's connectors (or extensions) from the user flow and deletes them. Run it before you destroy the stack: the flow then calls no gate. The applications of signUpAt are taken off first, and no flow is deleted.",
    )
    .option("--attributes", "also stop collecting the attributes that the policy sets")
    .option("--yes", "do not ask first")
    .action(async (options) => (await import("./apply")).removeFromTenant(options, session));
}

export function verb(entra: Command, name: string, summary: string, examples: readonly string[]): Command {
  return withGate(tenantVerb(entra, name, summary, examples), "the flows of")
    .option("--user-flow <id>", "this user flow alone, declared or not: B2X_1_Partner", readUserFlow)
    .addOption(kindOption("as the user flow's name begins"))
    .option("--external-flow <name>", "instead, the display name of an external tenant's user flow, such as Sign up")
    .option(
      "--application <id>",
      "in an external tenant: the application whose tokens get claims (default: the flow's); may be repeated",
      readApplication,
    )
    .option("--api <id>", "in an external tenant: the API whose access tokens get claims, too; may be repeated", readApplication)
    .option(
      "--policy <dir>",
      "the gate's policy folder, relative to the project, for the attributes that it sets (default: as settings.ts says)",
    )
    .addHelpText("after", DECLARATION)
    .addHelpText("after", ENVIRONMENT);
}

function tenantVerb(entra: Command, name: string, summary: string, examples: readonly string[]): Command {
  const command = withDeployment(entra.command(name)).summary(summary);
  return withExamples(
    command,
    examples.map((example) => `entra ${name} ${example}`.trim()),
  )
    .option("--setup <file>", "the file that declares your flows (default: entra.ts)")
    .option("--tenant <id>", "the Entra tenant, if entra.ts declares several (default: as entra.ts says, else AZURE_TENANT_ID)")
    .addOption(
      new Option("--cloud <name>", "Microsoft's cloud that the tenant is in (default: as entra.ts says, else global)").choices(cloudNames),
    )
    .option("--endpoint <name=url>", "use another address for graph or login; may be repeated", readGraphEndpoint);
}

function kindOption(otherwise: string, kinds: readonly string[] = Object.keys(flowSteps)): Option {
  return new Option("--kind <kind>", `the kind of tenant (default: ${otherwise})`).choices(kinds);
}

function withTakeOver(command: Command): Command {
  return withPairs(command, [{ option: "--grant-consent", not: "--user-flow" }])
    .option("--credentials", "also send the current user name and password to connectors that exist")
    .option(
      "--grant-consent",
      `in an external tenant: also grant admin consent, which needs ${[...consentNeeds.permissions, ...consentNeeds.roles].join(", a person also ")}`,
    )
    .option("--take-over", "also change what somebody else set up");
}

const DECLARATION = `
Without --user-flow it works on all flows that entra.ts, beside the policy folder, declares; --gate and --tenant select from them:
  import { entraSetup } from "entra-gatehouse";

  export default entraSetup({ flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Suppliers", gate: "suppliers" }] });`;

const ENVIRONMENT = `
Environment, to sign in to Microsoft Graph as an application:
  AZURE_TENANT_ID, AZURE_CLIENT_ID   the tenant and the application
  AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE
  AZURE_FEDERATED_TOKEN_SOURCE=aws   instead: a token that AWS signs for your AWS credentials
In a GitHub job with the permission id-token: write, GitHub signs one. Without any of these you sign in yourself,
with a code on a page.

Permissions of apply and remove, and a person's roles, by kind of tenant; check, plan, pull and types do with the same that end in Read.All:
${Object.entries(setupNeeds)
  .map(
    ([kind, { permissions, roles }]) =>
      `  ${kind.padEnd(16)} ${permissions.join(", ")}\n${" ".repeat(19)}a person also ${roles.join(", ")}`,
  )
  .join("\n")}
  claims in tokens ${claimsPermissions.join(", ")}, in an external tenant
  attributes       ${userFlowPermissions["/identity/"]}, in an external tenant
  functions' roles ${chooseCredentialNeeds({}).permissions.join(", ")}, or Application.ReadWrite.OwnedBy of an owner;
${" ".repeat(19)}a person also ${chooseCredentialNeeds({}).roles.join(", ")}
  applications     ${chooseListenerNeeds({}).permissions.join(", ")}, in a workforce tenant, to link those of signUpAt;
${" ".repeat(19)}a person also ${chooseListenerNeeds({}).roles.join(", ")}
  sign-up is off   ${signUpNeeds.permissions.join(", ")}, in a workforce tenant, to turn it on
  check            Policy.Read.All besides, for what is allowed in the tenant
  check --doors    those that docs/doors.md names
  check --since    ${signUpLogPermissions.join(", ")}`;
