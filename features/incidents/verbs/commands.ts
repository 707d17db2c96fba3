import type { Command } from "commander";
import { type CommandContext, deploymentVerb, wholeNumberOption, withGate, withLimit, withSince } from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { momentFilters } from "../../../engine/operator/list";
import { ACT_DAYS, ALONE_UP_TO, UNDO_DAYS } from "../incident";

const DEFAULT_LIMIT = 20;
const ID = "20261121-020305123-k7qd";

/** Each command's code is loaded when it runs. */
export function register(incident: Command, session: CommandContext): void {
  registerSelect(incident, session);
  registerShow(incident, session);
  for (const verb of ["act", "confirm", "undo"] as const) registerVerb(incident, verb, session);
}

const verbs = {
  act: {
    summary: "deny an incident's people, and disable their accounts",
    description: `Denies the people by their addresses, as one change set of the access list, and disables through Microsoft Graph the accounts that their sign-ups made, and no others. Run it again to continue after an interruption, or to look again for accounts that were not there. Of more than ${ALONE_UP_TO} people, a second person has to confirm first (exit code 2).`,
  },
  confirm: {
    summary: "agree to an incident act of somebody else",
    description: `Agrees, as the second person, to an incident act of somebody else on more than ${ALONE_UP_TO} people.`,
  },
  undo: {
    summary: "take the deny entries back, and enable the accounts again",
    description: `Takes the deny entries of incident act back, and enables the accounts that it disabled, if they are still disabled. It can be undone for ${UNDO_DAYS} days. Rows that were edited since stay as they are, and so do people whom another incident has shut out too (exit code 2).`,
  },
} as const;

function registerVerb(incident: Command, verb: keyof typeof verbs, session: CommandContext): void {
  const { summary, description } = verbs[verb];
  const examples = verb === "confirm" ? [ID] : [ID, `${ID} --people 18 --tenant contoso.onmicrosoft.com`];
  const command = deploymentVerb(incident, verb, summary, examples)
    .description(description)
    .argument("<id>")
    .option("--people <number>", "how many people there are, in place of typing it", wholeNumberOption);
  if (verb === "act") command.option("--list-only", "leave the accounts as they are");
  if (verb !== "confirm") command.option("--tenant <id>", "the tenant whose accounts these are, by its domain (default: AZURE_TENANT_ID)");
  command.action(async (id, options) => {
    await (await import("./acting")).takeIncidentStep(verb, id, options, session);
  });
}

function registerSelect(incident: Command, session: CommandContext): void {
  const select = deploymentVerb(incident, "select", "find the people that decisions let in", [
    "--since 2026-11-20T02:00 --until 2026-11-20T04:00",
    "--since 6h --domain relay.example --gate suppliers",
    "--since 1d --network 203.0.113.7 --rule access-list --json",
  ]);
  withGate(withSince(select, "only decisions since then"), "only people let in at")
    .description(
      `Finds the people that the gate let in during a time, counts them, shows some, and keeps them as an incident. It changes nothing; for ${ACT_DAYS} days, incident act can deny them.\nLeaves out people that an entry of the access list names by their own address or account.`,
    )
    .option("--until <time>", "only decisions until then: 2026-11-20 (the end of that day) or 2026-11-20T14:00 (default: now)")
    .option("--rule <name>", "only where this rule was the ground on which they were let in")
    .option("--entry <key>", "only where this entry of the access list allowed them")
    .option("--network <address>", "only from this IP address, of IPv6 from its /64 (only external tenants send one)")
    .option("--domain <domain>", "only addresses of this domain")
    .option("--provider <provider>", "only people who signed in with it: google.com, facebook.com, mail, entra")
    .option("--application <id>", "only for this application, by its client id")
    .option("--include-listed", "also people that an entry allows by address or account")
    .action(async (options) => (await import("./select")).selectIncident(options, session));
}

function registerShow(incident: Command, session: CommandContext): void {
  const show = deploymentVerb(incident, "show", "show incidents, or one and its people", [
    "",
    "--since 30d",
    `${ID}`,
    `${ID} --limit 1000 --json`,
  ]);
  withLimit(withFilters(show, momentFilters), DEFAULT_LIMIT)
    .description("Shows the incidents, newest first; of one, what was selected, what was done, and its people.")
    .argument("[id]")
    .action(async (id, options) => (await import("./show")).showIncidents(id, options, session));
}
