import type { Command } from "commander";
import { type CommandContext, deploymentVerb } from "../../../cli/command";

/** Each command's code is loaded when it runs. */
export function register(person: Command, session: CommandContext): void {
  deploymentVerb(person, "export", "print what is stored about a person", ["kim@contoso.com > kim.jsonl", "issuer:google.com/1184"])
    .description(
      "Prints what is stored about a person, as JSON, one object a line: under every spelling known to reach the same mailbox, and under their accounts.",
    )
    .argument("<person>", "an address, or one account: issuer:google.com/1184")
    .action(async (person, options) => (await import("./person")).exportPerson(person, options, session));

  deploymentVerb(person, "erase", "delete what is stored about a person", ["kim@contoso.com", "kim@contoso.com --list --yes"])
    .description(
      "Deletes the person's decisions, profiles, requests for approval and records of what was used up, under every spelling known to reach the same mailbox and under their accounts. " +
        "Rows of the list stay unless you add --list. A request that is still open stops the command unless you add --approvals.",
    )
    .argument("<person>", "an address, or one account: issuer:google.com/1184")
    .option("--list", "also remove rows of the list that name the person: a deny then no longer applies")
    .option("--approvals", "also delete requests that wait for an answer or for their account; nobody is notified")
    .option("--entries <numbers>", "also erase what these entries of the audit trail say that may name the person: 42,57")
    .option("--yes", "do not ask")
    .action(async (person, options) => (await import("./erase")).erasePerson(person, options, session));

  deploymentVerb(person, "forget-account", "let somebody sign up in another way", ["kim@contoso.com"])
    .description(
      "Forgets how a person signed up, which the rule oneAccount remembers. Use it when their account was deleted and they can no longer sign in that way. Everything else that is stored stays.",
    )
    .argument("<address>", "any spelling of the mailbox")
    .option("--yes", "do not ask")
    .action(async (address, options) => (await import("./erase")).forgetAccount(address, options, session));
}
