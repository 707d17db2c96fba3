import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples } from "../../../cli/command";

/** `entra-gatehouse person`. Loads each command's code when it runs. */
export function register(person: Command, session: CommandContext): void {
  const exported = withExamples(withDeployment(person.command("export")).summary("print what is stored about a person"), [
    "person export kim@contoso.com > kim.jsonl",
    "person export issuer:google.com/1184",
  ]);
  exported
    .description(
      "Prints what is stored about a person, as JSON, one object a line: under every spelling known to reach the same mailbox, and under their accounts.",
    )
    .argument("<person>", "an address, or one account: issuer:google.com/1184")
    .action(async (person, options) => (await import("./person")).exportPerson(person, options, session));

  const erase = withExamples(withDeployment(person.command("erase")).summary("delete what is stored about a person"), [
    "person erase kim@contoso.com",
    "person erase kim@contoso.com --list --yes",
  ]);
  erase
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

  const forget = withExamples(withDeployment(person.command("forget-account")).summary("let somebody sign up in another way"), [
    "person forget-account kim@contoso.com",
  ]);
  forget
    .description(
      "Forgets how a person signed up, which the rule oneAccount remembers. Use it when their account was deleted and they can no longer sign in that way. Everything else that is stored stays.",
    )
    .argument("<address>", "any spelling of the mailbox")
    .option("--yes", "do not ask")
    .action(async (address, options) => (await import("./forget-account")).forgetAccount(address, options, session));
}
