import { holderOf, mailboxOf } from "./address";
import { bestOf, localesOf } from "./language";
import type { Spec } from "./scenario";
import { type Answer, ask, block, type SignUp, type State, setOf } from "./state";

/** Rules about the person, from docs/recipes/. */

export function terms({ attribute, options }: Spec<"terms">, signUp: SignUp, { accepted }: State): Answer {
  const { call, person, attributes } = signUp;
  const { version, languages, ticked = "true" } = options;
  if (person.address === undefined && person.identities.length === 0) return block("request.email");
  const sent = call.attributes[attribute];
  if (sent === undefined || sent === "") return ask(attribute, "terms.absent");
  if (attributes[attribute] !== sent) return block("gatehouse.unavailable");
  if (sent !== true && String(sent).trim().toLowerCase() !== ticked.toLowerCase()) return ask(attribute, "terms.not-accepted");
  const { address } = person;
  const holder = address === undefined ? holderOf(person) : mailboxOf(address);
  const language = bestOf(localesOf(call), languages) ?? (languages.includes("en") ? "en" : languages[0]);
  return { kind: "continue", effect: () => setOf(accepted, `${version}-${language}`).add(holder) };
}
