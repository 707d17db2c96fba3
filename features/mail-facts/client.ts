import { endpointVariable } from "../../adapters/aws/environment";
import { askExchanges, askStandInExchanges } from "../../adapters/dns/exchanges";
import { timedCall } from "../../adapters/http/call-times";
import type { Rule } from "../../engine/sign-up/rule";
import { type AskExchanges, mailFactsBy } from "./rule";

/**
 * Leaves findings about the domain of a person's address, from the DNS. Stops nobody. `mx`: "yes" if the domain takes
 * mail, "no" or "unknown". `mailHost`: who takes it, "google.com"; absent if unknown. `firstSeen`: when a sign-up of the
 * domain was first judged here. See docs/recipes/mail-facts.md.
 *
 * @remarks
 * Asks for the domain alone, never the address, for at most 700 ms; keeps an answer for a day, a failure for an hour.
 *
 * @example
 * beforeCreateUser([mailFacts(), limit({ by: "mailHost", windows: [{ max: 20, per: "1h" }] })])
 */
export function mailFacts(): Rule {
  return mailFactsBy(resolveExchanges);
}

const resolveExchanges: AskExchanges = (domain, signal) =>
  timedCall("dns", async () => {
    const elsewhere = process.env[endpointVariable("dns")];
    return elsewhere === undefined ? await askExchanges(domain, signal) : await askStandInExchanges(elsewhere, domain, signal);
  });
