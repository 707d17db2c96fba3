import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { assertShortName } from "../../engine/sign-up/attributes";
import { buildFingerprint, callIds, referenceFor } from "../../engine/sign-up/call";
import { addressOf } from "../../engine/sign-up/email";
import { UNAVAILABLE } from "../../engine/sign-up/failure";
import { isEmailProven } from "../../engine/sign-up/issuers";
import { hashAccount } from "../../engine/sign-up/person";
import { personIdFor } from "../../engine/sign-up/person-key";
import type { ReadRecords } from "../../engine/sign-up/records";
import { type AnyRule, type Context, makeRule, type Rule, type Use } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs } from "../../engine/sign-up/rule-options";
import type { AttributeValue, SignUp } from "../../engine/sign-up/sign-up";
import type { SingleAttributeName } from "../../engine/sign-up/tenant-attributes";
import { bestLanguage, languageFlaw } from "../../engine/sign-up/text";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { Effect, Verdict } from "../../engine/sign-up/verdict";
import {
  buildProofKeys,
  isAsGood,
  PROOFS_PREFIX,
  proofsIn,
  proofsKey,
  proofWrite,
  TEXTS_PREFIX,
  type TermsProof,
  termsTextKey,
} from "./proof";
import { termsLabel, texts } from "./texts";

/** Options: the terms that people accept. */
export interface TermsOptions {
  /** The edition's name, such as `"2026-01"`. A changed text needs a new version. */
  readonly version: string;
  /** Files in the policy folder, by language (BCP 47 tag): `{ en: "terms.en.md" }`. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * The form's value for a ticked box, if the attribute is not a Boolean.
   * @default "true"
   */
  readonly ticked?: string;
}

/** The hashes of the policy's files. Not defined outside a build. */
declare const GATEHOUSE_TERMS: Readonly<Record<string, string>> | undefined;
const builtHashes = typeof GATEHOUSE_TERMS === "object" ? GATEHOUSE_TERMS : undefined;

/**
 * Lets in only people who tick a box, and keeps a proof of it: which text they accepted (by the SHA-256 of its file),
 * when and in which language. See docs/recipes/terms.md.
 * @throws TypeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([accessList(), terms("extension_Terms", { version: "2026-01", files: { en: "terms.en.md", ko: "terms.ko.md" } })], { trust: ["mail", "google.com"] })
 */
export function terms(attribute: SingleAttributeName, options: TermsOptions): Rule<"before-create-user"> {
  const { version, files, ticked } = settingsFor(attribute, options);
  const languages = Object.keys(files);
  let hashes = builtHashes;

  function hashIn(language: string): string {
    const hash = hashes?.[files[language] as string];
    if (hash === undefined) throw new TypeError(`terms: nobody has read ${files[language]}: load the policy with loadPolicyFolder.`);
    return hash;
  }

  return makeRule({
    name: "terms",
    admits: "people who tick the box",
    asks: [attribute],
    labels: { [attribute]: termsLabel },
    reads: [],
    sets: [],
    uses: [
      { table: "ledger", access: "read" },
      { table: "ledger", access: "write", under: [PROOFS_PREFIX, TEXTS_PREFIX] },
      {
        files: TERMS_FILES,
        settings: { attribute, version, files } satisfies Terms,
        hashed(foundHashes: Readonly<Record<string, string>>) {
          hashes = foundHashes;
        },
      },
    ],
    needs: (signUp, hashOf) => [
      ...buildProofKeys(personIdFor(signUp, hashOf)),
      termsTextKey({ attribute, version, language: chooseLanguage(signUp, languages) }),
    ],
    decide(signUp, context): Verdict<"before-create-user"> {
      const box = readBox(context.received.attributes[attribute], ticked);
      if (box !== "ticked") {
        const reason = box === "absent" ? "terms.absent" : "terms.not-accepted";
        return { kind: "invalid", problems: [{ attribute, reason, message: texts[reason] }], evidence: { terms: version, box } };
      }
      // Compares meanings, because after an approval a tick may have another form, such as true instead of "true".
      if (readBox(signUp.attributes[attribute], ticked) !== box)
        throw new TypeError(`terms: another rule set "${attribute}", which only the person may tick.`);
      const language = chooseLanguage(signUp, languages);
      const sha256 = hashIn(language);
      const { effects, before } = prove(signUp, { attribute, version, language, sha256 }, context);
      return {
        kind: "continue",
        effects,
        evidence: { terms: version, language, sha256, ...(before !== undefined && { before: String(before) }) },
        ...(before !== undefined && { findings: { terms: "other-text" } }),
      };
    },
  });
}

type ReadText = Pick<TermsProof, "attribute" | "version" | "language" | "sha256">;

/** Omits the proof if the row has one that is as good. `before` is the hash of another text accepted earlier under this version. */
function prove(signUp: SignUp, read: ReadText, { records, received, said, hashOf, now }: Context) {
  const at = new Date(Math.floor(now.getTime() / MS_PER_MINUTE) * MS_PER_MINUTE).toISOString();
  const emailProven = isEmailProven(signUp, said);
  const key = proofsKey(signUp, hashOf, emailProven);
  const ids = callIds(buildFingerprint(received), now, hashOf);
  const accountId = hashAccount(signUp.identities, hashOf);
  const proof: TermsProof = {
    ...read,
    at,
    // A repeated call keeps the record, and the code, of the first call. So an id under which a decision is recorded comes first.
    reference: referenceFor(ids.find((id) => isRecorded(id, records)) ?? ids[0]),
    ...(signUp.gate !== undefined && { gate: signUp.gate }),
    emailProven,
    ...(!emailProven && accountId !== undefined && { account: accountId }),
  };
  const email = addressOf(signUp);
  const person = {
    personId: personIdFor(signUp, hashOf),
    ...(email !== undefined && { email }),
    // Several accounts may share the row of unproven acceptances. So there, each proof names its account instead.
    ...(emailProven && accountId !== undefined && { accountId }),
  };
  const first = records.get(termsTextKey(read));
  const textRow = { ...termsTextKey(read).key, sha256: read.sha256, at };
  const effects: readonly Effect[] = [
    ...(proofsIn(records.get(key)).some((each) => isAsGood(each, proof)) ? [] : [{ ...proofWrite(proof, key, person), ...failing }]),
    ...(first === undefined ? [{ table: key.table, item: textRow, condition: "absent", onConflict: { kind: "continue" } } as const] : []),
  ];
  return { effects, before: first?.sha256 === read.sha256 ? undefined : first?.sha256 };
}

/** The write fails only if the row already has a hundred proofs. */
const failing = { onConflict: { kind: "block", reason: UNAVAILABLE } } as const;

/** True if a decision is recorded under the id. False for callers that have not read the records of decisions. */
function isRecorded(id: string, records: Context["records"]): boolean {
  const key = { table: "decisions", key: { reference: referenceFor(id), id } } as const;
  return "has" in records && (records as ReadRecords).has(key) && records.get(key) !== undefined;
}

function chooseLanguage({ locales }: SignUp, languages: readonly string[]): string {
  return bestLanguage(locales, languages) ?? bestLanguage(["en"], languages) ?? (languages[0] as string);
}

function readBox(value: AttributeValue | undefined, tickedValue: string): "ticked" | "unticked" | "absent" | "other" {
  if (value === undefined) return "absent";
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (one === true) return "ticked";
  const text = typeof one === "string" ? one.trim().toLowerCase() : undefined;
  if (text === tickedValue.trim().toLowerCase()) return "ticked";
  return one === false || text === "false" || text === "" ? "unticked" : "other";
}

const VERSION = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

function settingsFor(attribute: string, options: TermsOptions): Required<TermsOptions> {
  assertShortName(attribute, "terms");
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("terms", options, termsOptions());
  const { version, files, ticked = "true" } = options;
  return { version, files, ticked };
}

function termsOptions() {
  const version = notAs('version is a name such as "2026-01", of letters, digits, dots and hyphens');
  const tickedMessage = notAs('ticked is what the form sends for a ticked box, such as "accepted"');
  const isFilled = (files: unknown) => typeof files === "object" && files !== null && Object.keys(files).length > 0;
  const outside = (files: unknown) => Object.entries(files as TermsOptions["files"]).find(([, file]) => !isInFolder(file)) ?? [];
  return optionSchema<TermsOptions>({
    version: v.pipe(v.string(version), v.regex(VERSION, version)),
    files: v.pipe(
      v.custom<TermsOptions["files"]>(isFilled, 'files must name the text in each language, like { en: "terms.en.md" }.'),
      v.custom<TermsOptions["files"]>(
        (files) => languageFlaw(files as TermsOptions["files"]) === undefined,
        ({ input }) => `files: ${languageFlaw(input as TermsOptions["files"])}`,
      ),
      v.custom<TermsOptions["files"]>(
        (files) => outside(files).length === 0,
        ({ input }) => {
          const [language, file] = outside(input);
          return `files: ${language} must be a file in the policy folder, like "terms.${language}.md", not ${JSON.stringify(file)}.`;
        },
      ),
    ),
    ticked: v.optional(v.pipe(v.string(tickedMessage), v.regex(/^(?!\s*(false)?\s*$)/i, tickedMessage))),
  });
}

function isInFolder(file: unknown): boolean {
  return typeof file === "string" && file.trim() !== "" && !/^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(file);
}

export interface Terms {
  /** Short name of the attribute by which people accept the terms. */
  readonly attribute: string;
  readonly version: string;
  /** Paths in the policy folder, by language. */
  readonly files: Readonly<Record<string, string>>;
}

export const TERMS_FILES = "terms";

export function termsIn(rules: readonly Pick<AnyRule, "uses">[]): readonly Terms[] {
  return rules.flatMap(({ uses = [] }) => uses.flatMap((use) => (isOfTerms(use) ? [use.settings as Terms] : [])));
}

export function isOfTerms(use: Use): use is Extract<Use, { readonly files: string }> {
  return "files" in use && use.files === TERMS_FILES;
}
