import { catalogues } from "../../engine/messages/index";
import { schemaTexts } from "../../engine/messages/schema";
import { codeLabel } from "../../features/invitations/texts";
import { bornLabel } from "../../features/minimum-age/texts";
import { signedUpTexts } from "../../features/one-account/texts";
import { allRuleTexts } from "../../features/rules";
import { termsLabel } from "../../features/terms/texts";
import type { RuleSpec } from "./scenario";

/** Gatehouse's texts as translators wrote them. They are data: which one a person reads, the two engines find out for themselves. */
export interface Words {
  readonly languages: readonly string[];
  reason(reason: string, language: string): string;
  schema(name: string, language: string): string;
  label(attribute: string, language: string): string | undefined;
  /** What a rule calls the attribute that it asks for by itself. */
  ruleLabel(rule: "terms" | "minimumAge" | "invited", language: string): string;
  frame(name: "reference" | "problem" | "correctFields" | "fullStop", language: string): string;
}

const catalogue = (language: string) => catalogues.find((each) => each.language === language) ?? catalogues[0];
type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

const ruleLabels = { terms: termsLabel, minimumAge: bornLabel, invited: codeLabel };

export const words: Words = {
  languages: catalogues.map(({ language }) => language),
  reason: (reason, language) =>
    (catalogue(language).reasons as Readonly<Record<string, string>>)[reason] ??
    (signedUpTexts as Table)[reason]?.[language] ??
    (allRuleTexts as Table)[reason]?.[language] ??
    `no text for ${reason}`,
  schema: (name, language) => (schemaTexts as Table)[name]?.[language] ?? `no text for ${name}`,
  label: (attribute, language) => (catalogue(language).labels as Readonly<Record<string, string>>)[attribute],
  ruleLabel: (rule, language) => (ruleLabels[rule] as Readonly<Record<string, string>>)[language] ?? `no label of ${rule}`,
  frame: (name, language) => catalogue(language)[name],
};

/** The attribute that a rule asks for by itself. */
export function askedBy(spec: RuleSpec): { readonly rule: "terms" | "minimumAge" | "invited"; readonly attribute: string } | undefined {
  switch (spec.rule) {
    case "shadow":
      return askedBy(spec.of);
    case "terms":
    case "minimumAge":
      return { rule: spec.rule, attribute: spec.attribute };
    case "invited":
      return spec.options.by?.includes("code") === false ? undefined : { rule: "invited", attribute: "extension_InvitationCode" };
    default:
      return undefined;
  }
}
