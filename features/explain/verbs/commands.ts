import { type Command, Option } from "commander";
import { ACCOUNT_PAIR, type CommandContext, withDeployment, withExamples, withGate, withOtherName, withPairs } from "../../../cli/command";
import { steps } from "../../../engine/sign-up/sign-up";

export function register(command: Command, session: CommandContext): void {
  withExamples(withGate(withDeployment(command), "as decided at"), [
    "why K7QD-9MXD",
    "why kim@contoso.com",
    "why kim@gmail.com --step before-create-user --issuer google.com --id 1184 --attributes file.json",
  ]);
  withPairs(withOtherName(command, "--locale", "--locales"), [ACCOUNT_PAIR])
    .description(
      "Answers why somebody was let in or refused.\n" +
        "Of a reference code: the decision behind it, what it takes to let the person in, and what they would get if they tried now.\n" +
        "Of an address: what each step would decide now, what every rule says, the answer to Entra, and the newest decision.\n" +
        "Nothing is written. Rules that call other systems are skipped, and count as letting the person pass, unless you add --call.",
    )
    .argument("<code|address>", "the reference code on the person's page, or an address")
    .addOption(new Option("--step <step>", "only this step (default: every step of the policy)").choices(steps))
    .option(
      "--issuer <provider>",
      "the provider the person signed in with: google.com, facebook.com, mail, entra (default: as the newest decision, else each that the policy trusts)",
    )
    .option("--id <id>", "the person's account id at that provider")
    .option("--attributes <file>", "JSON file with attributes, or a whole request as Entra sends it; the other options override it")
    .option("--locales <tags>", "the person's languages, the first choice first: ko,pt-BR")
    .option("--policy <dir>", "policy folder, relative to the project (default: policy, or with --local the one that runs)")
    .option("--call", "also call other systems: this may cost money, and they may store what they receive")
    .action(async (word, options) => (await import("./why")).why(word, options, session));
}
