import * as v from "valibot";
import { valueTexts } from "../../engine/messages/rule-texts";
import { optionSchema } from "../../engine/option-schema";
import {
  askSource,
  assertOnly,
  assertSource,
  continueWithoutSource,
  describeAdmittedPeople,
  findUnfoundedClaims,
  goesBy,
  refuseUnasked,
  searchesByAddress,
  searchesByNone,
  selectAttributes,
} from "../../engine/rules/ask-source";
import { ANY_ATTRIBUTE } from "../../engine/sign-up/checks";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { Source } from "../../engine/sign-up/source";
import type { AttributeName } from "../../engine/sign-up/tenant-attributes";
import type { Verdict } from "../../engine/sign-up/verdict";

/** Attributes to take from the source, and the answer to people whom the source does not know. */
export interface LookupOptions {
  /** Short names of the attributes to take from the source. @default all that the source finds */
  readonly only?: readonly AttributeName[];
  /**
   * The result if the source does not find the person. "ask-again": they see the form again. "leave-empty" (needs `only`): they go on if
   * the attributes in `only` are empty. "continue": they go on with everything they typed.
   * @default "block"
   */
  readonly notFound?: "block" | "ask-again" | "leave-empty" | "continue";
  /** The result for people whose address no trusted provider confirms. @default "block" */
  readonly untrusted?: "block" | "leave-empty" | "continue";
}

type Answer = Verdict<"before-create-user">;

const notFoundReason = { reason: "lookup.not-found", message: valueTexts["lookup.not-found"] };
const consequences = {
  notFound: ["block", "ask-again", "leave-empty", "continue"],
  untrusted: ["block", "leave-empty", "continue"],
} as const;

/**
 * Sets attributes to the values that a source knows. Stops people that the source does not know or cannot be asked about,
 * unless `notFound` or `untrusted` says otherwise. Then it leaves a finding under the source's name: "not-found",
 * "not-asked" or, after a failed call with `onFailure: "continue"`, "unavailable". See docs/recipes/lookup.md.
 *
 * @remarks Refuses a typed value if the source has none for that attribute: with `only`, for the attributes listed there;
 * without it, for those that the answer names. If the search needs a value that is missing, the person is asked for it.
 * @throws TypeError if the source is not one, or if an option does not exist
 *
 * @example
 * lookup(profiles(), { only: ["extension_PartnerNumber"], notFound: "leave-empty" })
 */
export function lookup(source: Source, options: LookupOptions = {}): Rule<"before-create-user"> {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("lookup", options, lookupOptions());
  const { only, notFound = "block", untrusted = "block" } = options;
  assertSource(source, "lookup");
  assertOnly(only, "lookup");
  assertConsequence("notFound", notFound, only);
  assertConsequence("untrusted", untrusted, only);
  const admits = admittedBy(source, notFound, untrusted);
  const decides = notFound !== "continue" && notFound !== "leave-empty" && untrusted === "block";
  return makeRule({
    name: "lookup",
    ...(admits !== undefined && { admits, narrows: decides }),
    asks: [...new Set([...(only ?? []), ...(source.asks ?? [])])],
    sets: only ?? [ANY_ATTRIBUTE],
    reads: source.asks ?? [ANY_ATTRIBUTE],
    uses: source.uses,
    ...goesBy(source),
    excludedReasons: [
      ...(["block", "ask-again"].includes(notFound) ? [] : ["lookup.not-found"]),
      ...(untrusted === "block" && searchesByAddress(source) ? [] : ["lookup.address-unproven"]),
      ...(searchesByNone(source) ? ["attribute.required"] : []),
      ...(only === undefined && searchesByNone(source) ? ["value.not-permitted"] : []),
    ],
    needs: (signUp) => source.needs?.(signUp) ?? [],
    async decide(signUp, context): Promise<Answer> {
      const refuseUnfounded = (names: readonly string[]): Answer | undefined => {
        const problems = findUnfoundedClaims(names, signUp);
        return problems.length === 0 ? undefined : { kind: "invalid", problems };
      };
      const sourceResult = await askSource(source, signUp, context);
      if (sourceResult.kind === "known") {
        const evidence = sourceResult.evidence && { evidence: sourceResult.evidence };
        const attributes = selectAttributes(sourceResult.known, only);
        const ownedNames = only ?? sourceResult.empty;
        const refusal = refuseUnfounded(ownedNames.filter((name) => !Object.hasOwn(attributes, name)));
        return { ...(refusal ?? { kind: "continue", attributes }), ...evidence };
      }
      const without = continueWithoutSource(source.name, sourceResult);
      if (sourceResult.kind === "unavailable") return { kind: "continue", ...without };
      if (sourceResult.kind === "not-asked" && sourceResult.reason.why !== "untrusted") return refuseUnasked(sourceResult.reason);
      const consequence = sourceResult.kind === "not-asked" ? untrusted : notFound;
      switch (consequence) {
        case "block":
          return sourceResult.kind === "not-asked" ? refuseUnasked(sourceResult.reason) : { kind: "block", ...notFoundReason };
        case "ask-again":
          return { kind: "invalid", problems: [notFoundReason] };
        case "leave-empty":
          return refuseUnfounded(only as readonly string[]) ?? { kind: "continue", ...without };
        case "continue":
          return { kind: "continue", ...without };
      }
    },
  });
}

function admittedBy(source: Source, notFound: string, onUntrusted: string): string | undefined {
  if (["leave-empty", "continue"].includes(notFound)) return `people that ${source.name} does not know`;
  return onUntrusted === "block" ? describeAdmittedPeople(source) : "people whose address nobody confirms";
}

function assertConsequence(option: "notFound" | "untrusted", choice: string, only: readonly string[] | undefined): void {
  if (choice === "leave-empty" && only === undefined)
    throw new TypeError(`lookup: ${option} "leave-empty" needs only, which names the attributes that must stay empty.`);
}

function lookupOptions() {
  const oneOf = <Word extends string>(option: string, words: readonly Word[]) =>
    v.picklist(words, notAs(`${option} must be one of ${words.map((word) => JSON.stringify(word)).join(", ")}`));
  return optionSchema<LookupOptions>({
    only: v.optional(readElsewhere<readonly AttributeName[]>()),
    notFound: v.optional(oneOf("notFound", consequences.notFound)),
    untrusted: v.optional(oneOf("untrusted", consequences.untrusted)),
  });
}
