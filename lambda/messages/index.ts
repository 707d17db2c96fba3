import type { StepOptions } from "../sign-up/policy";
import { bestLanguage, type Text, textFor } from "../sign-up/text";
import type { Problem } from "../sign-up/verdict";
import type { Catalogue } from "./catalogue";
import { en } from "./en";
import { ja } from "./ja";
import { ko } from "./ko";

/** The languages Gatehouse speaks; the first is for everyone else. */
export const catalogues: readonly Catalogue[] = [en, ko, ja];

/** Where the words come from: the person's languages, and the policy's own texts and labels. */
export interface Voice {
  readonly locales: readonly string[];
  readonly options: Pick<StepOptions, "messages" | "labels">;
}

/** Longest text shown, in characters: a schema's message may quote a whole value. Entra documents no limit. */
const MAX_LENGTH = 1_000;

/** What stands on a block page. */
export function blockMessage(reason: string, message: Text | undefined, reference: string, voice: Voice): string {
  const catalogue = catalogueFor(voice.locales);
  const text = reasonText(reason, message, "gatehouse.blocked", voice);
  return `${fitted(text)} ${catalogue.reference.replace("{reference}", reference)}`;
}

/** What stands above the form: every problem, each named as the form names its attribute. */
export function problemsMessage(problems: readonly Problem[], voice: Voice): string {
  const { fullStop } = catalogueFor(voice.locales);
  const sentences = problems.map(({ attribute, reason, message }) => {
    const text = reasonText(reason, message, "attribute.invalid", voice);
    return sentence(attribute === undefined ? text : `${labelOf(attribute, voice)}: ${text}`, fullStop);
  });
  return fitted([...new Set(sentences)].join(" "));
}

function catalogueFor(locales: readonly string[]): Catalogue {
  const language = bestLanguage(
    locales,
    catalogues.map((catalogue) => catalogue.language),
  );
  return catalogues.find((catalogue) => catalogue.language === language) ?? en;
}

/** The policy's own text for a reason, else the rule's, else (or for an empty one) the catalogue's, else what fits any reason. */
function reasonText(reason: string, message: Text | undefined, fallback: keyof Catalogue["reasons"], { locales, options }: Voice): string {
  const own = Object.hasOwn(options.messages ?? {}, reason) ? options.messages?.[reason] : undefined;
  const chosen = textFor(own ?? message ?? "", locales);
  if (chosen !== "") return chosen;
  const { reasons } = catalogueFor(locales);
  return Object.hasOwn(reasons, reason) ? reasons[reason as keyof Catalogue["reasons"]] : reasons[fallback];
}

function labelOf(attribute: string, { locales, options }: Voice): string {
  const own = Object.hasOwn(options.labels ?? {}, attribute) ? options.labels?.[attribute] : undefined;
  if (own !== undefined) return textFor(own, locales);
  const { labels } = catalogueFor(locales);
  if (Object.hasOwn(labels, attribute)) return labels[attribute as keyof Catalogue["labels"]];
  return attribute.replace(/^extension_/, "");
}

function sentence(text: string, fullStop: string): string {
  return /[.!?。！？]$/u.test(text) ? text : `${text}${fullStop}`;
}

/** Cut where it is too long, but never through a character. */
function fitted(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, "")}…` : text;
}
