import { Argument, type Command } from "commander";
import { type CommandContext, defaultCommand, deploymentVerb, withDeployment, withExamples } from "../../../cli/command";
import { withFilters } from "../../../cli/view";
import { partnerStates } from "../../access-list/partner";
import { mailFilters } from "../../mails/filters";
import { partnerFilters } from "../filters";

const DOMAIN = "a domain, such as contoso.com; its subdomains are not included";

export function register(partners: Command, session: CommandContext): void {
  const list = withExamples(withDeployment(defaultCommand(partners, "list")), ["partners list", "partners list stale --json"]);
  withFilters(list, { ...partnerFilters, ...mailFilters })
    .summary("list the domains of partners and their states")
    .description("Lists the domains of partners: pending, proven, stale or lapsed, since when, and what the last look into the DNS found.")
    .addArgument(new Argument("[state]", "only these").choices(partnerStates))
    .action(async (state, options) => (await import("./partners")).listPartners(state, options, session));

  deploymentVerb(partners, "add", "add a domain, and print the TXT record that proves it", [
    "contoso.com",
    "gov.scot --anyway",
    "contoso.com --json",
  ])
    .description(
      "Adds a domain and prints the TXT record that its owner sets within 90 days. Gatehouse looks for it every day. Mail providers and public suffixes are refused.",
    )
    .argument("<domain>", DOMAIN)
    .option("--anyway", "add an organisation's own domain, although a public list calls it a mail provider's or a suffix")
    .action(async (domain, options) => (await import("./partners")).addPartnerByCommand(domain, options, session));

  deploymentVerb(partners, "show", "show one domain and its TXT record", ["contoso.com"])
    .description("Shows a domain's state, who added it and the TXT record that proves it.")
    .argument("<domain>", DOMAIN)
    .action(async (domain, options) => (await import("./partners")).showPartner(domain, options, session));

  deploymentVerb(partners, "check", "look for TXT records now", ["contoso.com", ""])
    .description(
      "Looks for the TXT record of a domain, or of all that have not lapsed, through this machine's name servers, and records the result.\nEnds with 2 if a record was not found.",
    )
    .argument("[domain]", `${DOMAIN}; all of them by default`)
    .action(async (domain, options) => (await import("./partners")).checkPartners(domain, options, session));

  deploymentVerb(partners, "remove", "remove a domain", ["contoso.com", "contoso.com --yes"])
    .description(
      "Removes a domain: from the next sign-up on, its people no longer count as a partner's people. If you add it again, it gets a new TXT record.",
    )
    .argument("<domain>", DOMAIN)
    .option("--yes", "do not ask")
    .action(async (domain, options) => (await import("./partners")).removeByCommand(domain, options, session));
}
