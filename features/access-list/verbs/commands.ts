import { type Command, Option } from "commander";
import {
  ACCOUNT_PAIR,
  type CommandContext,
  deploymentVerb,
  wholeNumberOption,
  withDeployment,
  withExamples,
  withFormat,
  withGate,
  withLimit,
  withOtherName,
  withPairs,
} from "../../../cli/command";
import { EXPIRY_FORMS, expiryFrom } from "../../../cli/typed";
import { withFilters } from "../../../cli/view";
import { momentFilters } from "../../../engine/operator/list";
import { CHANGE_SET_DAYS } from "../change-set";
import { type ListEffect, listEffects } from "../entry";
import { eachColumn } from "../entry-columns";
import { entryFilters } from "../filters";

const DEFAULT_LIMIT = 20;

/** Each command's code is loaded when it runs. */
export function register(list: Command, session: CommandContext): void {
  registerAdd(list, session);
  registerRemove(list, session);
  registerShow(list, session);
  registerCheck(list, session);
  registerImport(list, session);
  registerExport(list, session);
  registerLint(list, session);
  registerTidy(list, session);
  registerChanges(list, session);
  registerRevert(list, session);
}

function registerAdd(list: Command, session: CommandContext): void {
  const add = deploymentVerb(list, "add", "add an entry, or change it", [
    "contoso.com --effect allow --note 'partner since 2024'",
    "kim@contoso.com --effect deny --stack Gatehouse --region eu-central-1",
  ]);
  entryOptions(add, "Adds an entry, or changes it: options left out are cleared.")
    .addOption(
      new Option("--effect <effect>", "what happens to the people it matches").choices(["allow", "approval", "deny"]).makeOptionMandatory(),
    )
    .action(async (entry, options) => (await import("./add")).add(entry, options, session));
  for (const effect of ["allow", "approval", "deny"] as const) registerEffect(list, effect, session);
}

const effects = {
  allow: {
    summary: "allow the people of an entry",
    does: "allows the people it matches",
    examples: ["kim@contoso.com", "'*.contoso.com' --expires 2027-01-31", "fabrikam.com --gate suppliers --note 'partner since 2024'"],
  },
  approval: {
    summary: "have the people of an entry wait for approval",
    does: "has the people it matches wait for approval",
    examples: ["contoso.com --note 'new partner: asked first'", "consumer --gate suppliers"],
  },
  deny: {
    summary: "deny the people of an entry",
    does: "denies the people it matches",
    examples: ["lee@contoso.com --note 'left in May'", "--dry-run contoso.com"],
  },
} as const;

function registerEffect(list: Command, effect: ListEffect, session: CommandContext): void {
  const { summary, does, examples } = effects[effect];
  const command = deploymentVerb(list, effect, summary, examples);
  const same = `the same as list add --effect ${effect}. Options left out are cleared.`;
  entryOptions(command, `Adds an entry that ${does}, or changes an existing entry so that it does: ${same}`).action(
    async (entry, options) => (await import("./add")).add(entry, { ...options, effect }, session),
  );
  if (effect === "deny")
    command.addHelpText(
      "after",
      "\nA deny does not end accounts. To end them, use expiry end; for a whole domain, incident select; or Entra itself.",
    );
}

function entryOptions(command: Command, does: string): Command {
  withOtherName(command, "--until", "--expires")
    .description(
      `${does}\nAn entry is kim@contoso.com, contoso.com, *.contoso.com, issuer:google.com/1184, issuer:google.com, disposable, relay, consumer or *.`,
    )
    .argument("<entry>");
  for (const [, { kind, flag }] of eachColumn) {
    if (flag === undefined) continue;
    if (kind === "end") command.option(flag.name, EXPIRY_FORMS, expiryFrom);
    else command.option(flag.name, flag.help);
  }
  return command
    .option("--force", "also change an entry from deny to allow or approval, or from approval to allow")
    .option("--dry-run", "write nothing; show what would change, and which people of the last 30 days would get another answer")
    .option("--yes", "do not ask before an entry that lets in or shuts out many people, or ends one that counts");
}

function registerRemove(list: Command, session: CommandContext): void {
  deploymentVerb(list, "remove", "remove an entry", ["contoso.com"])
    .description("Removes an entry; it can be written as it was typed or as the list shows it.")
    .argument("<entry>")
    .option("--yes", "do not ask before removing an entry that denies many people")
    .action(async (entry, options) => (await import("./remove")).removeEntry(entry, options, session));
}

function registerShow(list: Command, session: CommandContext): void {
  const show = deploymentVerb(list, "show", "show the list, or one entry", [
    "",
    "kim@contoso.com",
    "--effect deny --note incident",
    "--ends 30 --json",
    "--local --problem",
  ]);
  withFilters(withGate(show, "only rows that count at"), entryFilters)
    .description("Shows the whole list, sorted, or the rows of one entry.\nState: live, expired, or void (cannot be read).")
    .argument("[entry]")
    .option("--problem", "only entries that need attention, such as an allow that is too open, with what is wrong with each")
    .option("--limit <number>", "the most to show", wholeNumberOption)
    .action(async (entry, options) => (await import("./show")).showList(entry, options, session));
}

function registerCheck(list: Command, session: CommandContext): void {
  const check = deploymentVerb(list, "check", "show what the list says about a person", [
    "kim@contoso.com",
    "kim@gmail.com --issuer google.com --id 1184",
    "kim@contoso.com --local --json",
  ]);
  withPairs(withGate(check, "what it says at"), [ACCOUNT_PAIR])
    .description("Shows what the list says about a person at each step of the policy, and which entry decides.")
    .argument("<email>")
    .option(
      "--issuer <provider>",
      "the provider the person signed in with: google.com, facebook.com, mail, entra (default: as the newest decision, else each that the policy trusts)",
    )
    .option("--id <id>", "the person's account id at that provider")
    .option("--policy <dir>", "policy folder, relative to the project (default: policy, or with --local the one that runs)")
    .action(async (email, options) => (await import("./check")).check(email, options, session));
}

function registerImport(list: Command, session: CommandContext): void {
  const importList = withExamples(withDeployment(list.command("import")).summary("import a list from a file"), [
    "list import partners.csv --dry-run",
    "list import partners.csv --replace",
    "list import users.csv --effect deny",
    "list export --local | npm run gate -- list import - --format csv",
  ]);
  withFormat(importList)
    .description(
      `Adds the rows of a file to the list, and changes rows that differ. Checks the whole file first.\nCSV with a header line (entry and effect; optionally ${eachColumn.map(([name]) => name).join(", ")}) or JSON lines (.jsonl, .ndjson); - is standard input. Or, with --effect, the user list or the filled-in bulk-invite template of the Entra admin center.\nRows that somebody else edits meanwhile stay as they are and are listed (exit code 2). The import is one change set: list revert takes it back.`,
    )
    .argument("<file>")
    .addOption(new Option("--effect <effect>", "the effect of rows that name none, or of a list without columns").choices(listEffects))
    .option("--dry-run", "show what would change and write nothing")
    .option("--replace", "remove rows that are not in the file")
    .option("--yes", "do not ask before --replace removes rows, or before an entry that denies many people ends")
    .action(async (file, options) => (await import("./import")).importList(file, options, session));
}

function registerExport(list: Command, session: CommandContext): void {
  const exportList = deploymentVerb(list, "export", "write the list to a file", ["list.csv", "list.jsonl --force", "--format csv --local"]);
  withPairs(withFormat(exportList, ", else csv"), [{ option: "--force", needs: "file" }])
    .description("Writes all rows, sorted by entry, in the format that list import reads. Without a file, or with -, to standard output.")
    .argument("[file]")
    .option("--force", "overwrite the file")
    .action(async (file, options) => (await import("./show")).exportList(file, options, session));
}

function registerLint(list: Command, session: CommandContext): void {
  const lint = deploymentVerb(list, "lint", "find rows that need attention", ["", "partners.csv", "--local --json"]);
  withPairs(withFormat(lint), [{ option: "--format", needs: "file" }])
    .description(
      "Finds rows that cannot be read, have expired, contradict each other, have no effect, or let in more people than you may expect: the worst kinds first.\nChecks the list or, before you import it, a file.",
    )
    .argument("[file]")
    .action(async (file, options) => (await import("./lint")).lint(file, options, session));
}

function registerTidy(list: Command, session: CommandContext): void {
  deploymentVerb(list, "tidy", "tidy rows that the hygiene worker missed", ["--dry-run", ""])
    .description(
      "Does what the hygiene worker does, for rows that were written while it was off or failed: moves each to its normalised spelling, flags what cannot be read, and adds what the console needs to find rows in a long list. Safe to repeat.",
    )
    .option("--dry-run", "count such rows and write nothing")
    .action(async (options) => (await import("./tidy")).tidyList(options, session));
}

function registerChanges(list: Command, session: CommandContext): void {
  const changes = deploymentVerb(list, "changes", "show who changed the list, and how", [
    "",
    "--since 2026-11-20 --json",
    "show 20261121-020305123-k7qd",
  ]);
  withLimit(withFilters(changes, momentFilters), DEFAULT_LIMIT)
    .description(
      `Shows the change sets of the list, newest first: each is one import or edit, from the command line or the console.\nThey are kept for ${CHANGE_SET_DAYS} days.`,
    )
    .option("--before <id>", "only those older than this one")
    .action(async (options) => (await import("./changes")).listChanges(options, session));
  deploymentVerb(changes, "show", "show a change set's difference", ["20261121-020305123-k7qd"])
    .description(
      "Shows every row of a change set before and after: + added, ~ changed, - removed, ! kept, because somebody else had edited it.",
    )
    .argument("<id>")
    .action(async (id, _, command: Command) => (await import("./changes")).showChange(id, command.optsWithGlobals(), session));
}

function registerRevert(list: Command, session: CommandContext): void {
  deploymentVerb(list, "revert", "take a change set back", ["20261121-020305123-k7qd --dry-run", "20261121-020305123-k7qd --yes"])
    .description(
      "Restores the list as it was before a change set, finished or not. Shows what would change, then asks.\nRows that were edited since stay as they are and are listed (exit code 2). The revert is a change set too.",
    )
    .argument("<id>")
    .option("--dry-run", "show what would change and write nothing")
    .option("--yes", "do not ask")
    .action(async (id, options) => (await import("./revert")).revertChange(id, options, session));
}
