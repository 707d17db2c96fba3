import { listIssuers, ONLY_PROVIDERS } from "../../engine/sign-up/issuers";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { readProvider } from "../../engine/sign-up/trust";
import type { Block } from "../../engine/sign-up/verdict";
import { texts } from "./texts";

const notAllowed: Block = { kind: "block", reason: "provider.not-allowed", message: texts["provider.not-allowed"] };

/**
 * Refuses people who signed in with any other identity provider. Write `"mail"` for one-time passcodes, a provider by the `issuer` in its
 * requests (`"google.com"`), `"entra"` for Entra and Microsoft accounts. Which providers are trusted to confirm an address is not decided
 * here, but by `trust` of other rules.
 * @throws TypeError if a name is not an identity provider, or if the list is empty
 *
 * @example
 * beforeCreateUser([onlyProviders(["mail"]), permittedValue("extension_InvitationCode", { maxUses: 1 })])
 */
export function onlyProviders(providers: readonly string[]): Rule {
  if (!Array.isArray(providers) || providers.length === 0)
    throw new TypeError('onlyProviders names no identity provider, so nobody could sign up: write a list, like ["mail", "google.com"].');
  const allowedIssuers = new Set(providers.map((provider) => readProvider(provider, "onlyProviders", "the list")));
  return makeRule({
    name: ONLY_PROVIDERS,
    reads: [],
    sets: [],
    uses: [{ worker: ONLY_PROVIDERS, settings: [...allowedIssuers] }],
    admits: "everybody who signs in with these providers",
    narrows: true,
    decide: (signUp) => (listIssuers(signUp).every((issuer) => allowedIssuers.has(issuer)) ? { kind: "continue" } : notAllowed),
  });
}
