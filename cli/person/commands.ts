import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples } from "../command";

/** `entra-gatehouse person`: each command's code is loaded when it runs. */
export function register(person: Command, session: CommandContext): void {
  const exported = withExamples(withDeployment(person.command("export")).summary("print what is stored about an address"), [
    "person export kim@contoso.com > kim.jsonl",
  ]);
  exported
    .description("Prints what is stored about an address and the spellings known to reach the same mailbox, as JSON, one object a line.")
    .argument("<email>")
    .action(async (email, options) => (await import("./export")).exportPerson(email, options, session));

  const erase = withExamples(withDeployment(person.command("erase")).summary("delete what is stored about an address"), [
    "person erase kim@contoso.com",
    "person erase kim@contoso.com --list --yes",
  ]);
  erase
    .description(
      "Deletes the decisions on an address, its profile and its requests for approval, under all spellings known to reach the same mailbox. " +
        "Rows of the list stay unless you add --list. A request that is still open stops the command unless you add --approvals.",
    )
    .argument("<email>")
    .option("--list", "also remove rows of the list that name the person: a deny then no longer applies")
    .option("--approvals", "also delete requests that wait for an answer or for their account; nobody is notified")
    .option("--yes", "do not ask")
    .action(async (email, options) => (await import("./erase")).erasePerson(email, options, session));
}
