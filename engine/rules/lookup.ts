import { valueTexts } from "../messages/values";
import { ANY_ATTRIBUTE, defineRule, type Rule } from "../sign-up/rule";
import type { Attributes } from "../sign-up/sign-up";
import type { Source } from "../sign-up/source";
import type { AttributeName } from "../sign-up/tenant-attributes";
import type { Verdict } from "../sign-up/verdict";
import { askSource, assertSource } from "./ask-source";
import { assertShortName, isBlank } from "./attribute";

/**
 * What to take from the source, and what becomes of people it does not know.
 */
export interface LookupOptions {
  /**
   * Short names of the attributes to take from the source. For people it knows, these hold what it says and nothing
   * that was typed.
   * @default all that it finds
   */
  readonly only?: readonly AttributeName[];
  /**
   * What becomes of people whom the source does not know.
   * @default "continue": what they typed stays
   */
  readonly notFound?: "continue" | "block" | "ask-again";
}

type Answer = Verdict<"before-create-user">;

const notFoundReason = { reason: "lookup.not-found", message: valueTexts["lookup.not-found"] };
const notPermitted = { reason: "value.not-permitted", message: valueTexts["value.not-permitted"] };
const unknownPerson: Readonly<Record<NonNullable<LookupOptions["notFound"]>, Answer>> = {
  continue: { kind: "continue" },
  block: { kind: "block", ...notFoundReason },
  "ask-again": { kind: "invalid", problems: [notFoundReason] },
};

/**
 * Refuses what a person typed where a source says otherwise: overwrites or adds attributes with what the source knows. With
 * `only`, an attribute that the source does not fill may not be typed either. Where the source cannot be asked and its
 * `onFailure` is "continue", leaves the finding "unavailable" under the source's name. See docs/recipes/lookup.md.
 * Throws TypeError for what is no source, and for an option that does not exist.
 *
 * @example
 * beforeCreateUser([lookup(profiles({ trust: ["mail"] }), { only: ["extension_PartnerNumber"], notFound: "block" })])
 */
export function lookup(source: Source, { only, notFound = "continue" }: LookupOptions = {}): Rule<"before-create-user"> {
  assertSource(source, "lookup");
  assertOnly(only);
  if (!Object.hasOwn(unknownPerson, notFound)) {
    throw new TypeError(`lookup: notFound is "continue", "block" or "ask-again", not ${JSON.stringify(notFound)}.`);
  }
  return defineRule({
    name: "lookup",
    asks: only ?? [],
    sets: only ?? [ANY_ATTRIBUTE],
    uses: source.uses,
    neverGives: [...(notFound === "continue" ? ["lookup.not-found"] : []), ...(only === undefined ? ["value.not-permitted"] : [])],
    needs: (signUp) => source.needs?.(signUp) ?? [],
    async decide(signUp, context): Promise<Answer> {
      const asked = await askSource(source, signUp, context);
      if ("upstreamFailure" in asked)
        return { kind: "continue", findings: { [source.name]: "unavailable" }, upstreamFailure: asked.upstreamFailure };
      if (asked.known === undefined) return unknownPerson[notFound];
      const evidence = asked.evidence && { evidence: asked.evidence };
      if (only === undefined) return { kind: "continue", attributes: asked.known, ...evidence };
      const attributes = picked(asked.known, only);
      // An empty field and a box without its tick claim nothing.
      const claims = (name: string) => signUp.attributes[name] !== false && !isBlank(signUp.attributes[name]);
      const unfounded = only.filter((name) => !Object.hasOwn(attributes, name) && claims(name));
      if (unfounded.length === 0) return { kind: "continue", attributes, ...evidence };
      return { kind: "invalid", problems: unfounded.map((attribute) => ({ attribute, ...notPermitted })), ...evidence };
    },
  });
}

function assertOnly(only: readonly string[] | undefined): void {
  if (only === undefined) return;
  if (!Array.isArray(only) || only.length === 0) {
    throw new TypeError('lookup: only lists attributes by short name, like ["extension_PartnerNumber"].');
  }
  for (const name of only) assertShortName(name, "lookup: each of only");
}

function picked(known: Attributes, only: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(known).filter(([name, value]) => only.includes(name) && value !== ""));
}
