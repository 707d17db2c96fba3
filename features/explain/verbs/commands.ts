import { type Command, Option } from "commander";
import { ACCOUNT_PAIR, type CommandContext, withDeployment, withExamples, withGate, withOtherName, withPairs } from "../../../cli/command";
import { steps } from "../../../engine/sign-up/sign-up";

/** `entra-gatehouse explain`. */
export function register(explain: Command, session: CommandContext): void {
  withExamples(withGate(withDeployment(explain), "as decided at"), [
    "explain kim@contoso.com",
    "explain kim@gmail.com --step before-create-user --issuer google.com --id 1184 --attributes file.json",
  ]);
  withPairs(withOtherName(explain, "--locale", "--locales"), [ACCOUNT_PAIR])
    .description(
      "Shows what each step would decide now, with the list as it is: what every rule says, and the answer to Entra.\n" +
        "Nothing is written. Rules that call other systems are skipped, and count as letting the person pass, unless you add --call.",
    )
    .argument("<email>")
    .addOption(new Option("--step <step>", "only this step (default: every step of the policy)").choices(steps))
    .option("--issuer <provider>", "the provider the person signed in with: google.com, facebook.com, mail (default: Entra or Microsoft)")
    .option("--id <id>", "the person's account id at that provider")
    .option("--attributes <file>", "JSON file with attributes, or a whole request as Entra sends it; the other options override it")
    .option("--locales <tags>", "the person's languages, the first choice first: ko,pt-BR")
    .option("--policy <dir>", "policy folder, relative to the project (default: policy, or with --local the one that runs)")
    .option("--call", "also call other systems: this may cost money, and they may store what they receive")
    .action(async (email, options) => (await import("./explain")).explainCommand(email, options, session));
}
