import { type Command, Option } from "commander";
import { withExamples, withPlace } from "../options";
import type { Session } from "../session";

/** `gatehouse list`: each command's code is loaded when it runs. */
export function register(list: Command, session: Session): void {
  const add = withExamples(withPlace(list.command("add")).summary("add an entry, or change it"), [
    "list add contoso.com --effect allow --note 'partner since 2024'",
    "list add '*.contoso.com' --effect allow --expires 2027-01-31",
    "list add kim@contoso.com --effect deny --stack Gatehouse --region eu-central-1",
  ]);
  add
    .description(
      "Adds an entry, or changes it: options left out are cleared.\nAn entry is kim@contoso.com, contoso.com, *.contoso.com, issuer:google.com/1184, issuer:google.com, disposable, relay or *.",
    )
    .argument("<entry>")
    .addOption(new Option("--effect <effect>", "what becomes of those it speaks of").choices(["allow", "deny"]).makeOptionMandatory())
    .option("--issuer <provider>", "counts only for people who signed in with it: google.com, facebook.com, mail, entra")
    .option("--note <text>", "why, for whoever reads the list")
    .option("--expires <time>", "2027-01-31 (to the end of that day, UTC), 2027-01-31T18:00Z or epoch seconds")
    .option("--force", "turn an entry that denies into one that allows")
    .action(async (entry, options) => (await import("../list/add")).add(entry, options, session));

  const remove = withExamples(withPlace(list.command("remove")).summary("remove an entry"), ["list remove contoso.com"]);
  remove
    .description("Removes an entry; it can be written as it was typed or as the list shows it.")
    .argument("<entry>")
    .action(async (entry, options) => (await import("../list/remove")).remove(entry, options, session));

  const show = withExamples(withPlace(list.command("show")).summary("show the list, or one entry"), [
    "list show",
    "list show kim@contoso.com",
    "list show --json --local",
  ]);
  show
    .description(
      "Shows the whole list in no order, or the rows one entry may stand under.\nState: live, expired, or void (cannot be read).",
    )
    .argument("[entry]")
    .action(async (entry, options) => (await import("../list/show")).show(entry, options, session));

  const check = withExamples(withPlace(list.command("check")).summary("say what the list makes of a person"), [
    "list check kim@contoso.com",
    "list check kim@gmail.com --issuer google.com --id 1184",
    "list check kim@contoso.com --local --json",
  ]);
  check
    .description("Says what the list makes of a person at each step of the policy, and by which entry.")
    .argument("<email>")
    .option("--issuer <provider>", "whom the person signed in with: google.com, facebook.com, mail (otherwise Entra or Microsoft)")
    .option("--id <id>", "the person's account id at that provider")
    .option("--policy <dir>", "policy folder, relative to the project (otherwise policy, or with --local the one that runs)")
    .action(async (email, options) => (await import("../list/check")).check(email, options, session));
}
