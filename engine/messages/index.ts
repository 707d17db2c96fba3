import type { Reply } from "../protocols/dialect";
import type { Answer } from "../sign-up/decision";
import type { StepOptions } from "../sign-up/policy";
import { bestLanguage, type Text, textFor } from "../sign-up/text";
import type { Problem } from "../sign-up/verdict";
import { type Catalogue, fill } from "./catalogue";
import { de } from "./de";
import { en } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import { ja } from "./ja";
import { ko } from "./ko";
import { ptBR } from "./pt-br";
import { zhHans } from "./zh-hans";

/** The languages Gatehouse speaks; English is for everyone else. */
export const catalogues = [en, ko, ja, zhHans, de, fr, es, ptBR] as const;
export type Language = (typeof catalogues)[number]["language"];

const languages = catalogues.map(({ language }) => language);

/** Where the words come from: the person's languages, and the policy's own texts and labels. */
export interface MessageSettings {
  readonly locales: readonly string[];
  readonly options: Pick<StepOptions, "messages" | "labels">;
}

/** Names the title of block pages among a step's own `messages`. */
const BLOCK_TITLE = "gatehouse.block-title";

/** Longest text shown, in characters: a schema's message may quote a whole value. Entra documents no limit. */
const MAX_LENGTH = 1_000;

/** The text of a block page. */
export function blockMessage(reason: string, message: Text | undefined, reference: string, voice: MessageSettings): string {
  return withReference(fitted(reasonText(reason, message, "gatehouse.blocked", voice)), reference, voice);
}

/** A message that stops somebody, with the code under which an operator finds out why. */
export function withReference(message: string, reference: string, { locales }: MessageSettings): string {
  return `${message} ${referenceLine(reference, locales)}`;
}

function referenceLine(reference: string, locales: readonly string[]): string {
  return fill(catalogueFor(locales).reference, { reference });
}

/** The text of a block page if the person's languages are unknown: all of ours, as short as possible. */
export function staticBlockMessage(reference: string): string {
  return [...catalogues.map(({ tryLater }) => tryLater), fill(en.reference, { reference })].join(" / ");
}

/** The title of a block page: the policy's own, else the catalogue's. */
export function blockTitle({ locales, options }: MessageSettings): string {
  const own = Object.hasOwn(options.messages ?? {}, BLOCK_TITLE) ? fitted(textFor(options.messages?.[BLOCK_TITLE] ?? "", locales)) : "";
  return own === "" ? catalogueFor(locales).blockTitle : own;
}

/** The text above the form: every problem, with the form's name for its attribute. */
export function problemsMessage(problems: readonly Problem[], voice: MessageSettings): string {
  return fitted([...new Set(problems.map((each) => namedProblem(each, voice)))].join(" "));
}

/** A problem with the form's name for its attribute, if it is one's. */
function namedProblem(each: Problem, voice: MessageSettings): string {
  const { fullStop, problem } = catalogueFor(voice.locales);
  const text = problemText(each, voice);
  const { attribute } = each;
  return sentence(attribute === undefined ? text : fill(problem, { attribute: labelOf(attribute, voice), problem: text }), fullStop);
}

/** The text at a field of the form. */
function problemMessage(problem: Problem, voice: MessageSettings): string {
  return fitted(sentence(problemText(problem, voice), catalogueFor(voice.locales).fullStop));
}

function problemText({ reason, message }: Problem, voice: MessageSettings): string {
  return reasonText(reason, message, "attribute.invalid", voice);
}

/** The catalogue that speaks to a person of these languages. */
export function catalogueFor(locales: readonly string[]): (typeof catalogues)[number] {
  const language = bestLanguage(locales, languages);
  return catalogues.find((catalogue) => catalogue.language === language) ?? en;
}

/** The policy's own text for a reason, else the rule's, else (or for an empty one) the catalogue's, else what fits any reason. */
function reasonText(
  reason: string,
  message: Text | undefined,
  fallback: keyof Catalogue["reasons"],
  { locales, options }: MessageSettings,
): string {
  const own = Object.hasOwn(options.messages ?? {}, reason) ? options.messages?.[reason] : undefined;
  const ours = () =>
    message ?? ofCatalogues(({ reasons }) => (Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : undefined));
  const chosen = oneLine(textFor(own === undefined ? (message ?? "") : besideOurs(own, ours), locales));
  if (chosen !== "") return chosen;
  const { reasons } = catalogueFor(locales);
  return Object.hasOwn(reasons, reason) ? reasons[reason as keyof Catalogue["reasons"]] : reasons[fallback];
}

/** A text of every catalogue that has it, by language. */
function ofCatalogues(pick: (catalogue: (typeof catalogues)[number]) => string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    catalogues.flatMap((catalogue) => {
      const words = pick(catalogue);
      return words === undefined ? [] : [[catalogue.language, words]];
    }),
  );
}

/**
 * A policy's text, with the texts that it replaces for the languages that it lacks: somebody who reads none of the policy's
 * languages still reads their own. One text for everybody is everybody's.
 */
function besideOurs(own: Text, oursOf: () => Text): Text {
  if (typeof own === "string") return own;
  const ours = oursOf();
  if (typeof ours === "string") return own;
  const offered = Object.keys(own);
  const languageOf = (tag: string) => tag.toLowerCase().split(/[-_]/, 1)[0];
  const speaks = (tag: string) =>
    offered.some((each) => languageOf(each) === languageOf(tag)) && bestLanguage([tag], offered) !== undefined;
  return { ...own, ...Object.fromEntries(Object.entries(ours).filter(([tag]) => !speaks(tag))) };
}

function labelOf(attribute: string, { locales, options }: MessageSettings): string {
  const given: Readonly<Record<string, Text | undefined>> = options.labels ?? {};
  const own = Object.hasOwn(given, attribute) ? given[attribute] : undefined;
  const ours = () =>
    ofCatalogues(({ labels }) => (Object.hasOwn(labels, attribute) ? labels[attribute as keyof typeof labels] : undefined));
  if (own !== undefined) return textFor(besideOurs(own, ours), locales);
  const { labels } = catalogueFor(locales);
  if (Object.hasOwn(labels, attribute)) return labels[attribute as keyof Catalogue["labels"]];
  return attribute.replace(/^extension_/, "");
}

function sentence(text: string, fullStop: string): string {
  return /[.!?。！？]$/u.test(text) ? text : `${text}${fullStop}`;
}

/** Every message passes here: one line, cut where it is too long, but never through a character. */
function fitted(text: string): string {
  const line = oneLine(text);
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, "")}…` : line;
}

/** Texts of policies and labels come from anywhere: without line breaks, control characters, and those that turn text around. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Bidi_Control}/gu, "")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
}

/** An answer in the person's words; what stops somebody names its reference. */
export function replyFor(answer: Answer, reference: string, voice: MessageSettings): Reply {
  switch (answer.kind) {
    case "continue":
      return answer;
    case "block":
      return { kind: "block", title: blockTitle(voice), message: blockMessage(answer.reason, answer.message, reference, voice) };
    case "invalid":
      return {
        kind: "invalid",
        message: withReference(problemsMessage(answer.problems, voice), reference, voice),
        summary: catalogueFor(voice.locales).correctFields,
        reference: referenceLine(reference, voice.locales),
        problems: answer.problems.map((problem) => ({
          ...(problem.attribute !== undefined && { attribute: problem.attribute }),
          message: problemMessage(problem, voice),
          named: fitted(namedProblem(problem, voice)),
        })),
      };
  }
}
