import { catalogues } from "../../engine/messages/index";
import { schemaTexts } from "../../engine/messages/schema";
import { signedUpTexts } from "../../features/one-account/texts";
import { allRuleTexts } from "../../features/rule-texts";

/** Gatehouse's texts as translators wrote them. They are data: which one a person reads, the two engines find out for themselves. */
export interface Words {
  readonly languages: readonly string[];
  reason(reason: string, language: string): string;
  schema(name: string, language: string): string;
  label(attribute: string, language: string): string | undefined;
  frame(name: "reference" | "problem" | "correctFields" | "fullStop", language: string): string;
}

const catalogue = (language: string) => catalogues.find((each) => each.language === language) ?? catalogues[0];
type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const words: Words = {
  languages: catalogues.map(({ language }) => language),
  reason: (reason, language) =>
    (catalogue(language).reasons as Readonly<Record<string, string>>)[reason] ??
    (signedUpTexts as Table)[reason]?.[language] ??
    (allRuleTexts as Table)[reason]?.[language] ??
    `no text for ${reason}`,
  schema: (name, language) => (schemaTexts as Table)[name]?.[language] ?? `no text for ${name}`,
  label: (attribute, language) => (catalogue(language).labels as Readonly<Record<string, string>>)[attribute],
  frame: (name, language) => catalogue(language)[name],
};
