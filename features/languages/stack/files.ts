import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { AddedCatalogue } from "../../../engine/messages/catalogue";
import { catalogues } from "../../../engine/messages/index";
import { didYouMean } from "../../../engine/problem-texts";
import { languageFlaw, readTag } from "../../../engine/sign-up/text";
import { PolicyError } from "../../../lib/errors";
import { explainLoadFailure, loadTypeScript } from "../../../lib/load-typescript";
import { english, type Sections } from "./needed";

export const LANGUAGES = "languages";

export interface AddedLanguage {
  /** An absolute path. */
  readonly file: string;
  /** A BCP 47 tag in its usual spelling. */
  readonly tag: string;
  /** The texts that are not empty. */
  readonly texts: Sections;
}

/** @param stepFile absolute */
export function languageFiles(stepFile: string): readonly string[] {
  const folder = join(dirname(stepFile), LANGUAGES);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  return names.sort().map((name) => join(folder, name));
}

/** Throws PolicyError for an invalid file. */
export function languagesBeside(stepFile: string): readonly AddedLanguage[] {
  return languageFiles(stepFile).map((file) => ({ file, tag: readLanguageTag(basename(file, ".ts"), file), texts: textsIn(file) }));
}

/** Each language once: all steps of the policy share the languages. */
export function listAddedLanguages(steps: readonly { readonly file: string }[]): readonly AddedLanguage[] {
  return [...new Map(steps.flatMap(({ file }) => languagesBeside(file)).map((each) => [each.file, each])).values()];
}

export function asCatalogue({ tag, texts }: AddedLanguage): AddedCatalogue {
  const { frame, reasons, labels } = texts;
  return { ...frame, language: tag, reasons, labels };
}

/**
 * Returns the tag in its usual spelling. Throws PolicyError for an invalid tag, and for a language of Gatehouse's own texts.
 * @param where the start of the error's sentence
 */
export function readLanguageTag(typedText: string, where: string): string {
  const flaw = languageFlaw({ [typedText]: "" });
  if (flaw !== undefined) throw new PolicyError(`${where}: ${flaw}`);
  const tag = readTag(typedText)?.toString() ?? typedText;
  if (catalogues.some(({ language }) => language === tag))
    throw new PolicyError(`${where}: Gatehouse already has texts in ${tag}. To write others, use messages and labels of the step.`);
  return tag;
}

function textsIn(file: string): Sections {
  let fileExport: unknown;
  try {
    fileExport = (loadTypeScript(file) as { default?: unknown }).default;
  } catch (error) {
    throw new PolicyError(explainLoadFailure(file, error), { cause: error });
  }
  if (typeof fileExport !== "object" || fileExport === null)
    throw new PolicyError(`${file}: it must export texts: write export default { … } satisfies LanguageTexts.`);
  const sections = ["reasons", "labels", "mail"] as const;
  const frame = Object.fromEntries(Object.entries(fileExport).filter(([name]) => !(sections as readonly string[]).includes(name)));
  const [reasons, labels, mail] = sections.map((section) =>
    checkSectionTexts(section, (fileExport as Record<string, unknown>)[section] ?? {}, file),
  );
  return { frame: checkSectionTexts("frame", frame, file), reasons, labels, mail } as Sections;
}

/** Checks one section's texts. TypeScript makes some of these checks, but only in files that use the type `LanguageTexts`. */
function checkSectionTexts(section: keyof Sections, texts: unknown, file: string): Readonly<Record<string, string>> {
  if (typeof texts !== "object" || texts === null) throw new PolicyError(`${file}: ${section} must be texts by their names.`);
  const knownTexts = english[section];
  for (const [name, text] of Object.entries(texts)) {
    const words = knownTexts[name];
    if (!Object.hasOwn(knownTexts, name) || words === undefined)
      throw new PolicyError(
        `${file}: ${section === "frame" ? "there is" : `${section} has`} no text ${name}.${didYouMean(name, Object.keys(knownTexts))}`,
      );
    if (typeof text !== "string") throw new PolicyError(`${file}: ${name} must be a text.`);
    if (text.trim() !== "" && placesIn(text) !== placesIn(words))
      throw new PolicyError(
        `${file}: ${name} must have the places of the English text, ${placesIn(words) || "which has none"}: "${words}"`,
      );
  }
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ""));
}

function placesIn(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g))].sort().join(" ");
}
