import { type Command, Option } from "commander";
import { type CommandContext, deploymentVerb, wholeNumberOption, withLimit, withOtherName } from "../../../cli/command";
import { EXPIRY_FORMS, expiryFrom } from "../../../cli/typed";
import type { CodeState } from "./list";

const LIST = "the attribute's short name, or the list that the rule names";

export function register(codes: Command, session: CommandContext): void {
  registerCreate(codes, session);

  const list = deploymentVerb(codes, "list", "list codes, and whether somebody has used them", [
    "",
    "extension_InvitationCode --state unused",
    "extension_InvitationCode --json",
  ]);
  withLimit(list, 1_000)
    .description(
      "Lists the codes of a list in their order, with the number of people who have used each. Without a list, lists the lists of the reference data.\nState: expired, used by somebody, or unused. A used one lets in whoever used it again, until it expires or is revoked. Where the policy lets a code be used several times, it may let in more people.",
    )
    .argument("[list]", LIST)
    .addOption(new Option("--state <state>", "only these").choices(["unused", "used", "expired"] satisfies readonly CodeState[]))
    .action(async (name, options) => (await import("./list")).listCodes(name, options, session));

  deploymentVerb(codes, "revoke", "take codes out of their list", [
    "extension_InvitationCode FAIR26QK7D9MXD4TTW",
    "extension_InvitationCode FAIR26QK7D9MXD4TTW FAIR267FDR39VDFTHH --json",
  ])
    .description(
      "Removes codes, so that they let nobody in any more, not even people who have used one. Their accounts stay. If the list lacks one of them, nothing is changed. The audit trail keeps each row.",
    )
    .argument("<list>", LIST)
    .argument("<codes...>", "in either case")
    .action(async (name, words, options) => (await import("./revoke")).revokeCodes(name, words, options, session));
}

function registerCreate(codes: Command, session: CommandContext): void {
  const create = deploymentVerb(codes, "create", "create invitation codes", [
    "extension_InvitationCode --count 500 --expires 2027-01-31 --out codes.csv",
    "extension_InvitationCode --count 20 --note 'spring fair' --prefix FAIR",
  ]);
  withOtherName(create, "--until", "--expires")
    .description(
      'Creates random codes in a list of the reference data, and writes them as CSV to a file or to standard output.\nThe policy lets each be used once: permittedValue("extension_InvitationCode", { maxUses: 1 }).',
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
