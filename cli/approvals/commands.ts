import { type Command, Option } from "commander";
import type { Verb } from "../../engine/approvals/deciding";
import { states } from "../../engine/approvals/request";
import { type CommandContext, wholeNumber, withDeployment, withExamples } from "../command";

const WHICH = "A request goes by its code, its id, or the person's address; the code on the person's page of the same sign-up does, too.";

/** `entra-gatehouse approvals`: each command's code is loaded when it runs. */
export function register(approvals: Command, session: CommandContext): void {
  const list = withExamples(withDeployment(approvals.command("list")).summary("list requests to be let in, the oldest first"), [
    "approvals list",
    "approvals list --state failed",
    "approvals list --local --json",
  ]);
  list
    .description("Lists the requests in one state, the oldest first: those that wait for an answer, unless told otherwise.")
    .addOption(new Option("--state <state>", "where they stand").choices(states).default("pending"))
    .option("--limit <number>", "so many at most", wholeNumber, 100)
    .action(async (options) => (await import("./list")).listRequests(options, session));

  const show = withExamples(withDeployment(approvals.command("show")).summary("show all that is known of a request"), [
    "approvals show K7QD-9MXD",
    "approvals show kim@contoso.com",
  ]);
  show
    .description(`Shows what a person asked with, what has become of it since, and what to do where it failed. ${WHICH}`)
    .argument("<request>", "its code, its id or the address")
    .action(async (typed, options) => (await import("./show")).showRequest(typed, options, session));

  for (const [verb, { summary, description, examples }] of Object.entries(decisions) as [Verb, Wording][]) {
    const command = withExamples(withDeployment(approvals.command(verb)).summary(summary), examples);
    command
      .description(`${description} It is asked before anything is done, and kept who did it. ${WHICH}`)
      .argument(verb === "retry" ? "[requests...]" : "<requests...>", "codes, ids or addresses")
      .option("--note <text>", "why, for whoever looks at the request later")
      .option("--yes", "do not ask")
      .action(async (typed, options) => (await import("./decide")).decideOn(verb, typed, options, session));
    if (verb === "retry") command.option("--all", "all requests whose account could not be made");
  }
}

interface Wording {
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
}

const decisions: Readonly<Record<Verb, Wording>> = {
  approve: {
    summary: "let people in",
    description: "Approves requests: accounts are made, or people may sign up again and are let through, as the policy has it.",
    examples: ["approvals approve K7QD-9MXD --note 'partner since 2024'", "approvals approve K7QD-9MXD kim@contoso.com --yes"],
  },
  deny: {
    summary: "turn people away, or take an approval back",
    description:
      "Denies requests, approved ones too, until the account is being made or the person was let in. When a denied person may ask again is the policy's word.",
    examples: ["approvals deny K7QD-9MXD --note 'not a partner'"],
  },
  reopen: {
    summary: "put requests before the approvers again",
    description: "Makes requests pending again that were denied, expired or failed, or whose account is gone from Entra.",
    examples: ["approvals reopen K7QD-9MXD"],
  },
  retry: {
    summary: "try again to make accounts",
    description: "Tries again where an account could not be made, once the reason is mended.",
    examples: ["approvals retry K7QD-9MXD", "approvals retry --all --yes"],
  },
};
