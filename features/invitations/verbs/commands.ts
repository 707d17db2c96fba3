import { type Command, Option } from "commander";
import {
  type CommandContext,
  defaultCommand,
  deploymentVerb,
  wholeNumberOption,
  withDeployment,
  withExamples,
  withFormat,
  withGate,
  withLimit,
  withPairs,
} from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { momentFilters } from "../../../engine/operator/list";
import { invitationFilters } from "../filters";
import type { InvitationState } from "../invitation";

const YES = ["--yes", "do not ask about people whom the access list denies"] as const;
const WHO = "Name an invitation by the address or by its reference in invite list.";

/** Each command's code is loaded when it runs. */
export function register(group: Command, session: CommandContext): void {
  for (const each of [send, list, resend, extend, transfer, revoke, jobs, undo, oldest]) each(group, session);
}

function send(group: Command, session: CommandContext): void {
  const command = withFormat(withGate(withDeployment(defaultCommand(group, "send")), "invite to"));
  withPairs(command, [{ option: "--format", needs: "--file" }]);
  withExamples(command, [
    "invite kim@partner.com --sponsor mina@contoso.com",
    "invite --file invitees.csv --gate suppliers --days 30 --language ko",
  ])
    .summary("invite people by their addresses, or a file of them")
    .description(
      "Invites people to sign up where the policy has invited(). Each gets a mail with a code and an end, if the stack sends mail; the codes are printed too, so that you can hand them out. Somebody who has a valid invitation already gets no second one.\nA file is CSV or JSON Lines with the column email, and if you like language, sponsor and note for each person; or the filled-in bulk-invite template or the user list of the Entra admin center. One wrong line invites nobody. A file is one act: if the command is killed, a function goes on with it, and invite undo revokes what is unused.",
    )
    .argument("[addresses...]", "the people to invite")
    .option("--file <file>", "a CSV or JSON Lines file of people; - is standard input")
    .option("--days <number>", "how many days the invitation is good (default: 14)", wholeNumberOption)
    .option("--sponsor <address>", "who answers for them")
    .option("--language <tag>", "the language of the mail, such as ko (default: en)")
    .option("--note <text>", "why, for people who look at it later")
    .option(...YES)
    .action(async (addresses, options) => (await import("./send")).sendInvitations(addresses, options, session));
}

function list(group: Command, session: CommandContext): void {
  const command = withGate(withDeployment(group.command("list")), "only invitations to");
  withLimit(
    withFilters(
      withExamples(command, ["invite list", "invite list --sponsor lee@contoso.com", "invite list --state used --since 7d --json"]),
      invitationFilters,
    ),
    100,
  )
    .summary("list invitations, or the waiting list")
    .description(
      "Lists invitations in one state, or the people on the waiting list, the oldest first.\nOpen are also used invitations whose account may sign up again: they come last. A time is that of the mail or, of other states, when it got the state.",
    )
    .addOption(
      new Option("--state <state>", "only these")
        .choices(["open", "used", "ended", "revoked", "waiting"] satisfies readonly InvitationState[])
        .default("open"),
    )
    .action(async (options) => (await import("./list")).listInvitations(options, session));
}

function resend(group: Command, session: CommandContext): void {
  deploymentVerb(group, "resend", "send invitations again, with a new code and end", ["kim@partner.com --days 30"])
    .description(`Sends invitations again, ended and revoked ones too. The earlier code stops working. ${WHO}`)
    .argument("<invitations...>", "addresses or references")
    .option("--days <number>", "how many days from now (default: as before)", wholeNumberOption)
    .option(...YES)
    .action(async (words, options) => (await import("./change")).resendInvitations(words, options, session));
}

function extend(group: Command, session: CommandContext): void {
  const command = withPairs(withDeployment(group.command("extend")), [{ option: "--days", not: "--until" }]);
  withExamples(command, ["invite extend kim@partner.com --until 2027-01-31", "invite extend kim@partner.com lee@partner.com --days 30"])
    .summary("move the end of invitations")
    .description(`Gives invitations another end; the code stays, and nobody gets mail. ${WHO}`)
    .argument("<invitations...>", "addresses or references")
    .option("--until <time>", "the last day: 2027-01-31, or a time: 2027-01-31T18:00")
    .option("--days <number>", "so many days from now", wholeNumberOption)
    .option(...YES)
    .action(async (words, options) => (await import("./change")).extendInvitations(words, options, session));
}

function transfer(group: Command, session: CommandContext): void {
  deploymentVerb(group, "transfer", "give somebody's invitation to somebody else", ["kim@partner.com lee@partner.com"])
    .description(
      "Revokes the invitation of one address and invites another until the same end, also to correct an address. An invitation that was used stays. Repeat the command if it was cut off.",
    )
    .argument("<from>", "whose invitation")
    .argument("<to>", "the address that gets it")
    .option(...YES)
    .action(async (from, to, options) => (await import("./change")).transferInvitation(from, to, options, session));
}

function revoke(group: Command, session: CommandContext): void {
  deploymentVerb(group, "revoke", "take invitations back", ["kim@partner.com --note 'left the company'"])
    .description(`Takes back invitations: they let nobody in from now on. The account of a used one stays. ${WHO}`)
    .argument("<invitations...>", "addresses or references")
    .option("--note <text>", "why")
    .option("--yes", "do not ask")
    .action(async (words, options) => (await import("./change")).revokeInvitations(words, options, session));
}

function jobs(group: Command, session: CommandContext): void {
  const command = deploymentVerb(group, "jobs", "list files of people who were invited, and how far they are", [
    "",
    "--since 7d",
    "20261121-103000123-k7qd --json",
  ]);
  withLimit(withFilters(command, momentFilters), 20)
    .description("Lists acts that invited many people at once, newest first, or shows one act, with those whom it did not invite.")
    .argument("[act]", "its id")
    .action(async (id, options) => (await import("./change")).listInviteJobs(id, options, session));
}

function undo(group: Command, session: CommandContext): void {
  deploymentVerb(group, "undo", "revoke what is unused of many invitations", ["20261121-103000123-k7qd"])
    .description("Revokes the invitations that one act sent, unless they were used, or somebody has changed them since.")
    .argument("<act>", "the act's id: invite jobs lists them")
    .option("--yes", "do not ask")
    .action(async (id, options) => (await import("./change")).undoInvites(id, options, session));
}

function oldest(group: Command, session: CommandContext): void {
  const command = withGate(withDeployment(group.command("oldest")), "only people who wait at");
  withExamples(command, ["invite oldest 50", "invite oldest 10 --gate suppliers --note 'second round' --yes"])
    .summary("let in the people who have waited longest")
    .description(
      "Approves the oldest requests of the waiting list: they may sign up again and are let in, or their accounts are created, as the policy says.",
    )
    .argument("<number>", "how many people", wholeNumberOption)
    .option("--note <text>", "why, for people who look at it later")
    .option("--yes", "do not ask")
    .action(async (count, options) => (await import("./list")).inviteOldest(count, options, session));
}
