import { type Command, Option } from "commander";
import {
  type CommandContext,
  defaultCommand,
  deploymentVerb,
  withDeployment,
  withExamples,
  withGate,
  withLimit,
} from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { mailFilters } from "../../mails/filters";
import type { DecisionAction } from "../change";
import { requestFilters } from "../filters";
import { states } from "../request";

const WHICH = "Name a request by its code, its id, the person's address, or the code on the page that the person saw.";

const NOTE = ["--note <text>", "why, for people who look at the request later"] as const;

export function register(approvals: Command, session: CommandContext): void {
  registerList(approvals, session);
  deploymentVerb(approvals, "show", "show everything about a request", ["K7QD-9MXD", "kim@contoso.com"])
    .description(`Shows what a person sent, what happened since, and what to do if it failed. ${WHICH}`)
    .argument("<request>", "its code, its id or the address")
    .action(async (word, options) => (await import("./show")).showRequest(word, options, session));

  for (const [verb, { summary, description, examples }] of Object.entries(decisions) as [
    DecisionAction,
    (typeof decisions)[DecisionAction],
  ][]) {
    const command = deploymentVerb(approvals, verb, summary, examples)
      .description(`${description} You are asked before anything happens, and your name is recorded. ${WHICH}`)
      .argument(verb === "retry" ? "[requests...]" : "<requests...>", "codes, ids or addresses")
      .option(...NOTE)
      .option("--yes", "do not ask")
      .action(async (words, options) => (await import("./decide")).decideOn(verb, words, options, session));
    if (verb === "approve" || verb === "deny") command.option("--reply <text>", "for the colleague who asked for a guest");
    if (verb === "retry") command.option("--all", "all requests whose account could not be created, or waits for its next try");
  }

  registerDenyDomain(approvals, session);
  deploymentVerb(approvals, "reassign", "ask other people at the stage that waits", [
    "K7QD-9MXD --to lee@contoso.com --note 'Pat has left'",
    "K7QD-9MXD --to Security ann@contoso.com",
    "--asks pat@contoso.com --to lee@contoso.com",
  ])
    .description(
      `Asks other people at the running stage, in place of those it asks now: app roles, groups by object id, addresses, ARNs. Still nobody votes twice. ${WHICH}`,
    )
    .argument("[requests...]", "codes, ids or addresses")
    .option("--asks <who>", "all that wait and ask this approver by name: somebody who left")
    .requiredOption("--to <names...>", "who decides now")
    .option(...NOTE)
    .option("--yes", "do not ask")
    .action(async (words, options) => (await import("./stages")).reassignRequests(words, options, session));

  deploymentVerb(approvals, "remind", "remind those who have not decided", ["K7QD-9MXD"])
    .description(
      `Sends the mail about a request again to the approvers of the running stage who have not decided, once in 12 hours. ${WHICH}`,
    )
    .argument("<requests...>", "codes, ids or addresses")
    .option(...NOTE)
    .option("--yes", "do not ask")
    .action(async (words, options) => (await import("./stages")).remindStages(words, options, session));
  registerDelegations(approvals, session);
}

function registerList(approvals: Command, session: CommandContext): void {
  const list = withExamples(
    withGate(withDeployment(defaultCommand(approvals, "list")), "only requests made at").summary("list requests to be let in"),
    [
      "approvals",
      "approvals list --state failed",
      "approvals list --domain contoso.com",
      "approvals list --state denied --since 7d",
      "approvals list --local --json",
    ],
  );
  withFilters(withLimit(list, 100), { ...requestFilters, ...mailFilters })
    .description(
      "Lists the requests in one state. By default, the requests that wait for an answer, the oldest first; in any other state, those that got it last come first. A time is that of the request or, if it waits no longer, of its decision or end.",
    )
    .addOption(
      new Option("--state <state>", "only requests in this state; decided: in any but pending and failed")
        .choices([...states, "decided"])
        .default("pending"),
    )
    .action(async (options) => (await import("./list")).listRequests(options, session));
}

function registerDenyDomain(approvals: Command, session: CommandContext): void {
  deploymentVerb(approvals, "deny-domain", "deny a domain in the access list, with its requests", [
    "burst.example --note 'bots'",
    "burst.example --dry-run",
    "burst.example --yes",
  ])
    .description(
      "Denies a domain in the access list, and all its requests that wait and ask you. It is one change set: list revert takes it back, and reopens the requests. You are asked before anything happens, and your name is recorded. If the command is killed, Gatehouse goes on a few minutes later.",
    )
    .argument("<domain>")
    .option("--note <text>", "why, for people who look at the entry later")
    .option("--dry-run", "write nothing; show which requests would be denied")
    .option("--yes", "do not ask")
    .action(async (word, options) => (await import("./deny-domain")).denyDomainByCommand(word, options, session));
}

function registerDelegations(approvals: Command, session: CommandContext): void {
  deploymentVerb(approvals, "delegations", "list who decides in place of others", [""])
    .description("Lists who decides in the place of an approver, and until when.")
    .action(async (options) => (await import("./delegations")).listDelegations(options, session));

  deploymentVerb(approvals, "delegate", "let somebody else decide for an approver", [
    "pat@contoso.com --to lee@contoso.com --until 2026-12-24",
    "pat@contoso.com --to arn:aws:sts::111111111111:assumed-role/ServiceDesk --until 2026-12-24",
  ])
    .description(
      "Lets somebody else decide too, for 90 days at most, on requests that ask the approver by address. Still nobody decides twice on one request.",
    )
    .argument("<approver>", "the address by which requests ask")
    .requiredOption(
      "--to <name>",
      "who decides in their place: an address, or the ARN of a user or role that decides by command or by the approvals route",
    )
    .requiredOption("--until <time>", "when it ends: 2026-12-01 (the end of that day) or 2026-12-01T18:00")
    .option("--yes", "do not ask")
    .action(async (word, options) => (await import("./delegations")).delegate(word, options, session));

  deploymentVerb(approvals, "undelegate", "end a delegation", ["pat@contoso.com"])
    .description("Ends a delegation: requests ask only the approver again.")
    .argument("<approver>", "the address by which requests ask")
    .option("--yes", "do not ask")
    .action(async (word, options) => (await import("./delegations")).undelegate(word, options, session));
}

const decisions = {
  approve: {
    summary: "let people in",
    description: "Approves requests. Depending on the policy, accounts are created, or people may sign up again and are let in.",
    examples: ["K7QD-9MXD --note 'partner since 2024'", "K7QD-9MXD kim@contoso.com --yes"],
  },
  deny: {
    summary: "turn people away, or take an approval back",
    description:
      "Denies requests, approved ones too, until the account is being created or the person was let in. The policy says when a denied person may ask again.",
    examples: ["K7QD-9MXD --note 'not a partner'"],
  },
  reopen: {
    summary: "ask the approvers again",
    description: "Makes requests pending again that were denied, have expired or failed, or whose account was deleted in Entra.",
    examples: ["K7QD-9MXD"],
  },
  retry: {
    summary: "try again to create accounts",
    description: "Tries again to create accounts that could not be created. Fix the cause first.",
    examples: ["K7QD-9MXD", "--all --yes"],
  },
} satisfies Record<DecisionAction, unknown>;
