import { type Command, Option } from "commander";
import { type CommandContext, wholeNumberOption, withDeployment, withExamples, withLimit, withOtherName } from "../../../cli/command";
import { EXPIRY_FORMS, expiryFrom } from "../../../cli/typed";
import type { CodeState } from "./list";

const LIST = "the attribute's short name, or the list that the rule names";

/** `entra-gatehouse invite codes`: each command's code is loaded when it runs. */
export function register(codes: Command, session: CommandContext): void {
  registerCreate(codes, session);

  const list = withLimit(withDeployment(codes.command("list")).summary("list codes, and whether somebody has used them"), 1_000);
  withExamples(list, [
    "invite codes list",
    "invite codes list extension_InvitationCode --state unused",
    "invite codes list extension_InvitationCode --json",
  ])
    .description(
      "Lists the codes of a list in their order, with the number of people who have used each. Without a list, lists the lists of the reference data.\nState: expired, used by somebody, or unused. Where the policy lets a code be used several times, a used one may let in more people.",
    )
    .argument("[list]", LIST)
    .addOption(new Option("--state <state>", "only these").choices(["unused", "used", "expired"] satisfies readonly CodeState[]))
    .action(async (name, options) => (await import("./list")).listCodes(name, options, session));

  const revoke = withDeployment(codes.command("revoke")).summary("take codes out of their list");
  withExamples(revoke, [
    "invite codes revoke extension_InvitationCode FAIR26QK7D9MXD4TTW",
    "invite codes revoke extension_InvitationCode FAIR26QK7D9MXD4TTW FAIR267FDR39VDFTHH --json",
  ])
    .description(
      "Removes codes, so that they let nobody in any more. People who have used one stay. If the list lacks one of them, nothing is changed. The audit trail keeps each row.",
    )
    .argument("<list>", LIST)
    .argument("<codes...>", "in either case")
    .action(async (name, typed, options) => (await import("./revoke")).revokeCodes(name, typed, options, session));
}

function registerCreate(codes: Command, session: CommandContext): void {
  const command = withOtherName(withDeployment(codes.command("create")).summary("create invitation codes"), "--until", "--expires");
  withExamples(command, [
    "invite codes create extension_InvitationCode --count 500 --expires 2027-01-31 --out codes.csv",
    "invite codes create extension_InvitationCode --count 20 --note 'spring fair' --prefix FAIR",
  ])
    .description(
      'Creates random codes in a list of the reference data, and writes them as CSV to a file or to standard output.\nThe policy lets each be used once: permittedValue("extension_InvitationCode", { uses: 1 }).',
    )
    .argument("<list>", LIST)
    .requiredOption("--count <number>", "how many, at most 100,000", wholeNumberOption)
    .option("--expires <time>", EXPIRY_FORMS, expiryFrom)
    .option("--note <text>", "why, for people who read the list")
    .option("--prefix <text>", "what each begins with, capital letters and digits")
    .option("--length <number>", "random letters and digits in each, from 8 to 64 (default: 12)", wholeNumberOption)
    .option("--out <file>", "the CSV file; it is written before the table, so that no code is lost")
    .action(async (list, options) => (await import("./create")).createCodes(list, options, session));
}
