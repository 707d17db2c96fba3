import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/checks";
import { unwrapRule } from "../../../engine/sign-up/policy";
import type { AnyRule } from "../../../engine/sign-up/rule";
import { PolicyError } from "../../../lib/errors";
import type { PolicyFeature, PolicyStep, StepFile } from "../../../lib/policy-folder/policy-step";
import { isOfTerms, type Terms, termsIn } from "../rule";

export const policyChecks: PolicyFeature = {
  order: 10,
  files: (uses, policyFile) =>
    termsIn([{ uses }])
      .flatMap(({ files }) => Object.values(files))
      .map((name) => join(dirname(policyFile), name)),
  complete: readTerms,
  check: assertNeverTicked,
  checkGates: assertSameTerms,
  warns: mayBeTicked,
  answerDefines: termsDefines,
};

/** Throws PolicyError if a file is unreadable, or if two rules share a box. */
function readTerms({ file, policy }: PolicyStep): void {
  const all = policy.rules.map(unwrapRule).flatMap(({ uses = [] }) => uses.filter(isOfTerms));
  const boxes = new Set<string>();
  for (const { settings, hashed } of all) {
    const terms = settings as Terms;
    const { attribute } = terms;
    if (boxes.has(attribute))
      throw new PolicyError(`${file}: two rules take "${attribute}" for the box of their terms: give each its own attribute.`);
    boxes.add(attribute);
    hashed?.(hashFiles(terms, file));
  }
}

/**
 * Throws PolicyError if a rule of a sign-up step sets the box, which only the person may tick. The step `before-sending-token` is not
 * checked, because its rules set claims.
 */
function assertNeverTicked(steps: readonly PolicyStep[]): void {
  const boxes = steps.flatMap(({ policy }) => termsIn(policy.rules.map(unwrapRule)));
  for (const { attribute } of boxes) {
    for (const { file, policy } of steps) {
      if (policy.step === "before-sending-token") continue;
      const setting = policy.rules.map(unwrapRule).find(({ sets = [] }) => sets.includes(attribute));
      if (setting !== undefined)
        throw new PolicyError(
          `${file}: the rule ${setting.name} sets "${attribute}", the box of the terms, which only the person may tick: leave it out there.`,
        );
    }
  }
}

/** Warns of rules that fill in all that their source knows: such a rule might tick the box before the person sees it. */
function mayBeTicked(steps: readonly PolicyStep[]): readonly string[] {
  const boxes = steps.flatMap(({ policy }) => termsIn(policy.rules.map(unwrapRule)));
  return boxes.flatMap(({ attribute }) =>
    steps.flatMap(({ policy: { step, rules } }) =>
      rules.flatMap((entry) => {
        const { name, sets = [] } = unwrapRule(entry);
        const fills = step === "after-sign-in" && (name === "prefill" || sets.includes(ANY_ATTRIBUTE));
        return fills
          ? [`In ${step}, ${name} fills in whatever its source knows: no source may hold "${attribute}", the box of the terms.`]
          : [];
      }),
    ),
  );
}

/** The build puts this in place of `GATEHOUSE_TERMS`, from which the rule reads the hashes. */
function termsDefines(rules: readonly AnyRule[], { file }: StepFile): Readonly<Record<string, string>> {
  const hashes = Object.assign({}, ...termsIn(rules).map((terms) => hashFiles(terms, file))) as Readonly<Record<string, string>>;
  return Object.keys(hashes).length === 0 ? {} : { GATEHOUSE_TERMS: JSON.stringify(hashes) };
}

function assertSameTerms(gates: readonly { readonly policy: readonly PolicyStep[] }[]): void {
  const termsByName = new Map<string, { readonly hash: string; readonly file: string }>();
  for (const { policy } of gates) {
    for (const { file, policy: step } of policy) {
      for (const terms of termsIn(step.rules.map(unwrapRule))) {
        for (const [language, hash] of Object.entries(hashesByLanguage(terms, file))) {
          const key = `${terms.attribute}, version ${terms.version}, ${language}`;
          const other = termsByName.get(key);
          if (other !== undefined && other.hash !== hash)
            throw new PolicyError(
              `${file}: the terms of ${key} are another text than those of ${other.file}: give one of them another version.`,
            );
          termsByName.set(key, { hash, file });
        }
      }
    }
  }
}

export function hashesByLanguage(
  { attribute, files }: Pick<Terms, "attribute" | "files">,
  policyFile: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([language, name]) => {
      const fail = (problem: string, cause?: unknown) => {
        const what = `${policyFile}: terms("${attribute}"): the file ${name} (${language}) ${problem}`;
        return new PolicyError(what, cause === undefined ? undefined : { cause });
      };
      const path = join(dirname(policyFile), name);
      let bytes: Buffer;
      try {
        bytes = readFileSync(path);
      } catch (error) {
        throw fail("cannot be read: put it into the policy folder, or correct files.", error);
      }
      let text: string;
      try {
        text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch (error) {
        throw fail("is not UTF-8: save it as UTF-8.", error);
      }
      if (text.trim() === "") throw fail("is empty: write the terms into it.");
      return [language, createHash("sha256").update(bytes).digest("hex")];
    }),
  );
}

function hashFiles(terms: Terms, policyFile: string): Readonly<Record<string, string>> {
  const byLanguage = hashesByLanguage(terms, policyFile);
  return Object.fromEntries(Object.entries(terms.files).map(([language, name]) => [name, byLanguage[language] as string]));
}
