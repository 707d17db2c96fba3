import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import {
  type CommandContext,
  defaultCommand,
  deploymentVerb,
  withDeployment,
  withExamples,
  withGate,
  withLimit,
  withSince,
} from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { momentFilters } from "../../../engine/operator/list";
import { accountStates } from "../../accounts/account";
import { mailFilters } from "../../mails/filters";
import { accountFilters } from "../filters";

const WHO = "an address, or an account's object id";

/** Registers `entra-gatehouse expiry`. Each command's code is loaded when it runs. */
export function register(access: Command, session: CommandContext): void {
  registerReading(access, session);
  registerConfirm(access, session);
  registerChanges(access, session);
  registerJobs(access, session);
  registerAdopt(access, session);
}

function registerReading(access: Command, session: CommandContext): void {
  const list = withExamples(withGate(withDeployment(defaultCommand(access, "list")), "only those let in at"), [
    "expiry list",
    "expiry list disabled --json",
    "expiry list --sponsor lee@contoso.com --ends-before 30d",
  ]);
  withLimit(withFilters(list, { ...accountFilters, ...mailFilters }), 100)
    .summary("list the accounts that the gates let in, and until when")
    .description("Lists the accounts that the gates let in, those first whose access ends first: without a state, people who are in.")
    .addArgument(new Argument("[state]", "only these").choices(accountStates))
    .option("--attempts", "only people who tried to sign in, of whom no success is known for the days of idle")
    .option("--sponsor-lost", "only people whose sponsor has left or is not in the tenant: in or disabled")
    .action(async (state, options) => (await import("./accounts")).listAccounts(state, options, session));

  deploymentVerb(access, "show", "show a person's accounts and all that happened to them", ["kim@contoso.com"])
    .description("Shows each account of a person: its end, its sponsor, and who did what.")
    .argument("<person>", WHO)
    .action(async (word, options) => (await import("./accounts")).showAccounts(word, options, session));

  deploymentVerb(access, "due", "show what the worker would do now, and change nothing", ["", "--json"])
    .description("Shows who would be reminded, disabled and deleted now, and whether the run would wait for a person. Graph is not asked.")
    .action(async (options) => (await import("./runs")).showDue(options, session));

  withFilters(deploymentVerb(access, "runs", "list the last runs of the worker, and one that waits", ["", "--since 7d"]), momentFilters)
    .description("Lists the last runs: how many were reminded, disabled, deleted or left alone. Ends with 2 if one waits for a person.")
    .action(async (options) => (await import("./runs")).listRuns(options, session));
}

function registerConfirm(access: Command, session: CommandContext): void {
  deploymentVerb(access, "confirm", "let a run go on that waits for a person", ["", "--people 42"])
    .description(
      "Asks for the number of accounts that the waiting run is to disable and delete. If a wrong clock dated runs in the future, the worker does nothing: it then asks how many of these runs to forget. The worker goes on within the hour.",
    )
    .option("--people <number>", "the number, in place of typing it", wholeNumber)
    .action(async (options) => (await import("./runs")).confirmRun(options, session));
}

function registerChanges(access: Command, session: CommandContext): void {
  const note = new Option("--note <text>", "why, for people who look at the account later");

  withPeople(access, "extend", "give a person's accounts a later end", [
    "kim@contoso.com --days 90",
    "kim@contoso.com --no-end --note 'works here now'",
  ])
    .description(
      "Gives a person's accounts a later end, counted from the present one, or none. A disabled account is enabled within the hour.",
    )
    .addOption(new Option("--days <number>", "how many days more").argParser(wholeNumber))
    .option("--no-end", "access has no end")
    .addOption(note)
    .option("--yes", "do not ask about people whom the access list denies")
    .action(async (words, options) => (await import("./changes")).changeAccess("extend", words, options, session));

  withPeople(access, "renew", "renew access that ended, or is about to", ["kim@contoso.com --days 180"])
    .description(
      "Renews access for that many days, from now or from its end, whichever is later. A disabled account is enabled within the hour; a person whose account was deleted may sign up again.",
    )
    .addOption(new Option("--days <number>", "for how many days").argParser(wholeNumber).makeOptionMandatory())
    .addOption(note)
    .option("--yes", "do not ask about people whom the access list denies")
    .action(async (words, options) => (await import("./changes")).changeAccess("renew", words, options, session));

  withPeople(access, "end", "end people's access now", ["kim@contoso.com", "--sponsor lee@contoso.com --note 'Lee left'"])
    .description(
      "Ends the access of people's accounts: the worker disables them within the hour. expiry renew takes it back, expiry undo all of a sponsor's or a domain's at once. If the command is killed while it ends many, a function goes on.",
    )
    .addOption(note)
    .option("--yes", "do not ask")
    .action(async (words, options) => (await import("./changes")).changeAccess("end", words, options, session));

  withPeople(access, "sponsor", "name another sponsor", [
    "--to mina@contoso.com kim@partner.com",
    "--to mina@contoso.com --sponsor lee@contoso.com",
  ])
    .description(
      "Names another sponsor: they answer for the people, get mail of the end and may renew. With --sponsor, gives them all of a sponsor's.",
    )
    .requiredOption("--to <address>", "the new sponsor")
    .addOption(note)
    .option("--yes", "do not ask")
    .action(async (words, options) => (await import("./changes")).changeAccess("sponsor", words, options, session));
}

function registerJobs(access: Command, session: CommandContext): void {
  const jobs = deploymentVerb(access, "jobs", "list acts on many people, and how far they are", [
    "",
    "--since 7d",
    "20261121-103000123-k7qd --json",
  ]);
  withLimit(withFilters(jobs, momentFilters), 20)
    .description("Lists what was done to many people at once, newest first, or shows one act, with those on whom it could not be done.")
    .argument("[act]", "its id")
    .action(async (id, options) => (await import("./changes")).listJobs(id, options, session));

  deploymentVerb(access, "undo", "restore the ends of access that one act changed for many", ["20261121-103000123-k7qd"])
    .description(
      "Restores the end of access of everybody whose access one act ended, extended or renewed, unless somebody has changed it since.",
    )
    .argument("<act>", "the act's id: expiry jobs lists them")
    .option("--yes", "do not ask")
    .action(async (id, options) => (await import("./changes")).undoMany(id, options, session));
}

function withPeople(access: Command, name: string, summary: string, examples: readonly [string, ...string[]]): Command {
  return deploymentVerb(access, name, summary, examples)
    .argument("[person...]", `${WHO}, or several`)
    .option("--sponsor <address>", "all whom this sponsor answers for")
    .option("--domain <domain>", "all whose address is of this domain");
}

function registerAdopt(access: Command, session: CommandContext): void {
  const summary = "take in accounts that the gates let in before access had an end";
  const adopt = deploymentVerb(access, "adopt", summary, ["--since 365d", "--since 365d --yes"]);
  withGate(withSince(adopt, "people let in since then"), "only people let in at")
    .description(
      "Reads the recorded decisions that let people in, finds through Microsoft Graph the accounts that they made, and says what it found (exit code 2 if there are accounts to take in). With --yes it takes them in: each gets the end that its gate's policy says, and never before its first reminder is due. Accounts of colleagues and with a directory role are left out. Run it again to continue after an interruption.",
    )
    .option("--tenant <id>", "the tenant whose accounts these are, by its domain (default: AZURE_TENANT_ID)")
    .option("--yes", "do not ask: take in what it found")
    .action(async (options) => (await import("./adopt")).adoptAccounts(options, session));
}

function wholeNumber(word: string): number {
  const number = Number(word);
  if (!Number.isSafeInteger(number) || number < 1 || number > 3_650)
    throw new InvalidArgumentError("It has to be a whole number from 1 to 3650.");
  return number;
}
