import { deferPattern } from "../characters";
import type { Reply } from "../protocols/dialect";
import type { Answer } from "../sign-up/decision";
import type { StepOptions } from "../sign-up/policy";
import { addOurTexts, bestLanguage, type Text, textFor } from "../sign-up/text";
import type { Problem } from "../sign-up/verdict";
import { type AddedCatalogue, type Catalogue, fill } from "./catalogue";
import { de } from "./de";
import { en } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import { ja } from "./ja";
import { ko } from "./ko";
import { ptBR } from "./pt-br";
import { zhHans } from "./zh-hans";

/** Gatehouse's own texts, by language. If no text is in a person's language, the person gets the English text. */
export const catalogues = [en, ko, ja, zhHans, de, fr, es, ptBR] as const;
export type Language = (typeof catalogues)[number]["language"];

const languages = catalogues.map(({ language }) => language);

export interface MessageSettings {
  readonly locales: readonly string[];
  readonly options: Pick<StepOptions, "messages" | "labels"> & { readonly languages?: readonly AddedCatalogue[] };
}

type Said = Pick<Problem, "reason" | "message" | "wording">;

const BLOCK_TITLE = "gatehouse.block-title";

/** Limit of a shown text, in characters. Entra documents no limit, but a schema's message may quote a whole value. */
const MAX_LENGTH = 1_000;

export function blockMessage(reasonParts: Said, reference: string, voice: MessageSettings): string {
  return withReference(truncateMessage(reasonText(reasonParts, "gatehouse.blocked", voice)), reference, voice);
}

/** Adds the reference code to a message that stops a person. An operator finds the reason by this code. */
export function withReference(message: string, reference: string, voice: MessageSettings): string {
  return `${message} ${referenceLine(reference, voice)}`;
}

function referenceLine(reference: string, voice: MessageSettings): string {
  return fill(frameText("reference", voice), { reference });
}

/** Returns the message for a person whose languages are unknown: `tryLater` in every language, then the English line with the reference. */
export function staticBlockMessage(reference: string, addedCatalogues: readonly AddedCatalogue[] = []): string {
  const short = [...catalogues, ...addedCatalogues].flatMap(({ tryLater }) => tryLater ?? []);
  return [...new Set(short), fill(en.reference, { reference })].join(" / ");
}

function frameText(name: "blockTitle" | "correctFields" | "problem" | "reference" | "fullStop", voice: MessageSettings): string {
  return textFor(
    collectTexts((catalogue) => catalogue[name], voice),
    voice.locales,
  );
}

export function blockTitle(voice: MessageSettings): string {
  const { locales, options } = voice;
  const ownTitle = truncateMessage(textFor(getOwnText(options.messages, BLOCK_TITLE) ?? "", locales));
  return ownTitle === "" ? frameText("blockTitle", voice) : ownTitle;
}

export function problemsMessage(problems: readonly Problem[], voice: MessageSettings): string {
  return truncateMessage([...new Set(problems.map((each) => namedProblem(each, voice)))].join(" "));
}

function namedProblem(each: Problem, voice: MessageSettings): string {
  const text = problemText(each, voice);
  const { attribute } = each;
  const namedText =
    attribute === undefined ? text : fill(frameText("problem", voice), { attribute: attributeLabel(attribute, voice), problem: text });
  return sentence(namedText, frameText("fullStop", voice));
}

function problemText(problem: Problem, voice: MessageSettings): string {
  return reasonText(problem, "attribute.invalid", voice);
}

export function catalogueFor(locales: readonly string[]): (typeof catalogues)[number] {
  const language = bestLanguage(locales, languages);
  return catalogues.find((catalogue) => catalogue.language === language) ?? en;
}

/** An empty text gets that of the reason `fallback`. */
function reasonText(reasonParts: Said, fallback: keyof Catalogue["reasons"], voice: MessageSettings): string {
  const { locales, options } = voice;
  const ownText = getOwnText(options.messages, reasonParts.reason);
  const rules = ruleWords(reasonParts, voice);
  const chosen = oneLine(textFor(ownText === undefined ? rules : addOurTexts(ownText, rules), locales));
  return chosen === "" ? textFor(reasonTexts(fallback, voice), locales) : chosen;
}

function ruleWords({ reason, message = "", wording: { variant, values = {} } = {} }: Said, voice: MessageSettings): Text {
  const { locales, options } = voice;
  const exact = variant === undefined ? {} : reasonTexts(`${reason}.${variant}`, voice);
  const ours = { ...reasonTexts(reason, voice), ...exact };
  if (message === "") return ours;
  const filledValues = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? value : textFor(value, locales)]),
  );
  const theirs = Object.entries(ours).map(([language, text]) => [language, fill(text, filledValues)]);
  return addOurTexts(
    message,
    Object.fromEntries(theirs),
    options.languages?.map(({ language }) => language),
  );
}

function reasonTexts(reason: string, voice: MessageSettings): Readonly<Record<string, string>> {
  return collectTexts(({ reasons }) => getOwnText<string>(reasons, reason), voice);
}

function collectTexts(
  pick: (catalogue: (typeof catalogues)[number] | AddedCatalogue) => string | undefined,
  { options }: Pick<MessageSettings, "options">,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...catalogues, ...(options.languages ?? [])].flatMap((catalogue) => {
      const words = pick(catalogue);
      return words === undefined ? [] : [[catalogue.language, words]];
    }),
  );
}

function getOwnText<T>(texts: Readonly<Record<string, T | undefined>> = {}, name: string): T | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}

export function attributeLabel(attribute: string, voice: MessageSettings): string {
  const { locales, options } = voice;
  const ours = collectTexts(({ labels }) => getOwnText<string>(labels, attribute), voice);
  const ownLabel = getOwnText<Text>(options.labels, attribute);
  const label = textFor(ownLabel === undefined ? ours : addOurTexts(ownLabel, ours), locales);
  return label === "" ? attribute.replace(/^extension_/, "") : label;
}

function sentence(text: string, fullStop: string): string {
  return /[.!?\u3002\uff01\uff1f]$/.test(text) ? text : `${text}${fullStop}`;
}

/** Never cuts within a surrogate pair. */
function truncateMessage(text: string): string {
  const line = oneLine(text);
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, "")}…` : line;
}

const directionOverride = /* @__PURE__ */ deferPattern("\\p{Bidi_Control}", "gu");
const lineBreakOrControl = /* @__PURE__ */ deferPattern("[\\p{Cc}\\p{Zl}\\p{Zp}]+", "gu");

/** Texts of policies and labels come from anywhere, so line breaks, control characters and direction overrides are removed. */
function oneLine(text: string): string {
  return text.toWellFormed().replace(directionOverride(), "").replace(lineBreakOrControl(), " ").trim();
}

export function replyFor(answer: Answer, reference: string, voice: MessageSettings): Reply {
  switch (answer.kind) {
    case "continue":
      return answer;
    case "block":
      return { kind: "block", title: blockTitle(voice), message: blockMessage(answer, reference, voice) };
    case "invalid":
      return {
        kind: "invalid",
        message: withReference(problemsMessage(answer.problems, voice), reference, voice),
        summary: frameText("correctFields", voice),
        reference: referenceLine(reference, voice),
        problems: answer.problems.map((problem) => ({
          ...(problem.attribute !== undefined && { attribute: problem.attribute }),
          message: truncateMessage(sentence(problemText(problem, voice), frameText("fullStop", voice))),
          named: truncateMessage(namedProblem(problem, voice)),
        })),
      };
  }
}
