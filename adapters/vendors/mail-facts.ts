import { type AskExchanges, mailFactsBy } from "../../engine/rules/mail-facts";
import type { Rule } from "../../engine/sign-up/rule";
import { endpointVariable } from "../aws/environment";
import { askExchanges, askStandInExchanges } from "../dns/exchanges";
import { timedCall } from "../http/call-times";

/**
 * Leaves what the DNS says of the domain of a person's address, for later rules and the record, and stops nobody: `mx` is "yes"
 * if the domain takes mail, "no" if it takes none, "unknown" if nobody knows; `mailHost` is who takes it, "google.com" (left out
 * if it is unknown); `firstSeen` is when a sign-up of the domain was first judged here. The domain alone is asked for, never the
 * address, and for 300 ms at most. An answer is kept for a day, a failure for an hour. See docs/recipes/mail-facts.md.
 *
 * @example
 * beforeCreateUser([
 *   accessList({ otherwise: "continue" }),
 *   mailFacts(),
 *   limit({ by: "mailHost", windows: [{ max: 20, per: "1h" }], then: "approval" }),
 *   requestApproval({ when: "referred" }),
 * ])
 */
export function mailFacts(): Rule {
  return mailFactsBy(exchangesOf);
}

const exchangesOf: AskExchanges = (domain, signal) =>
  timedCall("dns", async () => {
    const elsewhere = process.env[endpointVariable("dns")];
    return elsewhere === undefined ? await askExchanges(domain, signal) : await askStandInExchanges(elsewhere, domain, signal);
  });
