import { ruleText, valueTexts } from "../../engine/messages/rule-texts";
import { isListAttribute } from "../../engine/protocols/attributes";
import {
  askSource,
  describeAdmittedPeople,
  findUnfoundedClaims,
  goesBy,
  refuseUnasked,
  searchesByAddress,
  searchesByNone,
  selectAttributes,
} from "../../engine/rules/ask-source";
import { findChanges, isBlank, showAttributes } from "../../engine/sign-up/attributes";
import { ANY_ATTRIBUTE, REFERRED } from "../../engine/sign-up/checks";
import { UpstreamError } from "../../engine/sign-up/failure";
import { type Context, makeRule, type RecordKey, type Row, type Rule, type Use } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Source } from "../../engine/sign-up/source";
import type { SingleAttributeName } from "../../engine/sign-up/tenant-attributes";
import type { Invalid, Verdict } from "../../engine/sign-up/verdict";
import { CODE_PREFIX, codes } from "../reference-data/code";
import { canBeListed, lookupValues, type Spelling, spelledText } from "../reference-data/spelling";
import { GUESSES_PREFIX, guesses } from "./guess";
import { type PermittedValueOptions, type Settings, settingsFor } from "./options";

type Answer = Verdict<"before-create-user">;

const ledger: readonly Use[] = [
  { table: "ledger", access: "read" },
  { table: "ledger", access: "write", under: [CODE_PREFIX, GUESSES_PREFIX] },
];

/**
 * Accepts only values of an attribute that are in the ReferenceData table, or that your own source knows. With
 * `{ maxUses: 1 }` each value lets one person in. See docs/recipes/permitted-values.md.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([permittedValue("extension_InviteCode", { list: "codes", maxUses: 1 })])
 */
export function permittedValue(attribute: SingleAttributeName, options: PermittedValueOptions = {}): Rule<"before-create-user"> {
  const settings = settingsFor(attribute, options);
  const { list, only, columns, optional, maxUses, usedUp, guessesPerDay } = settings;
  const source = settings.source ?? referenceData(list, attribute, settings, columns);
  const codeUsage = codes(settings);
  const guessLimit = guesses(settings);
  const admits = optional ? `people who leave ${attribute} empty` : describeAdmittedPeople(source);

  return makeRule({
    name: "permitted-value",
    ...(admits !== undefined && { admits, narrows: !optional }),
    asks: [...new Set([attribute, ...(only ?? []), ...(source.asks ?? [])])],
    excludedReasons: [
      ...(optional && searchesByNone(source) ? ["attribute.required"] : []),
      ...(searchesByAddress(source) ? [] : ["lookup.address-unproven"]),
      ...(maxUses === undefined ? ["code.used-up"] : []),
      ...(guessesPerDay === undefined ? ["code.too-many-guesses"] : []),
    ],
    ...goesBy(source),
    ...(usedUp === "approval" && { requires: [REFERRED] }),
    ...(settings.source === undefined
      ? {
          reads: [],
          sets: Object.keys(columns),
          reshapes: [attribute],
          columns: {
            ...{ list, of: columns, ...(settings.spaces === "remove" && { withoutSpaces: true }) },
            ...(settings.case === "exact" && { exactCase: true }),
          },
        }
      : {
          reads: only !== undefined && source.asks !== undefined ? [attribute, ...only, ...source.asks] : [ANY_ATTRIBUTE],
          sets: only === undefined ? [ANY_ATTRIBUTE] : [attribute, ...only],
        }),
    // Either limit needs the ledger. To look at `guessesPerDay` is enough, because it has a value whenever `maxUses` is set.
    uses: [...source.uses, ...(guessesPerDay === undefined ? [] : ledger)],
    needs(received, hashOf) {
      const input = readTypedValue(received, attribute, settings);
      if (input.kind !== "value") return [];
      return [...(source.needs?.(input.signUp) ?? []), ...codeUsage.needs(input.text, hashOf), ...guessLimit.needs(input.signUp, hashOf)];
    },
    async decide(received, context): Promise<Answer> {
      const input = readTypedValue(received, attribute, settings);
      switch (input.kind) {
        case "empty": {
          if (!optional) return problem(attribute, "attribute.required");
          const problems = findUnfoundedClaims(only ?? Object.keys(columns), received);
          return problems.length === 0 ? { kind: "continue" } : { kind: "invalid", problems };
        }
        case "unlisted":
          return problem(attribute, "value.not-permitted");
        case "value":
          return await decideValue(input, received, context, { attribute, settings, source, used: codeUsage, tried: guessLimit });
      }
    },
  });
}

interface Checks {
  readonly attribute: string;
  readonly settings: Settings;
  readonly source: Source;
  readonly used: ReturnType<typeof codes>;
  readonly tried: ReturnType<typeof guesses>;
}

async function decideValue({ text, signUp }: Value, received: SignUp, context: Context, checks: Checks): Promise<Answer> {
  const { attribute, settings, source, used, tried } = checks;
  const { only, usedUp } = settings;
  const refusal = tried.refusal(text, signUp, context);
  if (refusal !== undefined) return refusal;
  const guessEffects = tried.count(text, signUp, context);
  const sourceResult = await askSource(source, signUp, context);
  // If the source was not asked, the answer reveals nothing about the value. So the attempt does not count as a guess.
  if (sourceResult.kind === "not-asked") return refuseUnasked(sourceResult.reason);
  if (sourceResult.kind === "not-found") return { ...problem(attribute, "value.not-permitted"), effects: guessEffects };
  const isUnchecked = sourceResult.kind === "unavailable";
  const foundAttributes = isUnchecked ? {} : selectAttributes(sourceResult.known, only && [...only, attribute]);
  const ownedNames = isUnchecked ? [] : (only ?? sourceResult.empty);
  const problems = findUnfoundedClaims(
    ownedNames.filter((name) => !Object.hasOwn(foundAttributes, name)),
    signUp,
  );
  if (problems.length > 0) return { kind: "invalid", problems, effects: guessEffects };

  const attributes = isUnchecked ? {} : findChanges(received, { ...signUp.attributes, ...foundAttributes });
  // A source or list may accept several spellings of one code. Uses count under the spelling in the answer, or under `text` if the answer
  // has none.
  const answeredCode = settings.source === undefined ? listedValue(settings, text, context) : spelledText(attributes[attribute], settings);
  const code = answeredCode ?? text;
  const isUsedUp = used.isUsedUp(code, text, signUp, context);
  if (isUsedUp && usedUp === "ask-again") return { ...problem(attribute, "code.used-up"), effects: guessEffects };
  return {
    kind: "continue",
    effects: isUsedUp ? guessEffects : [...guessEffects, ...used.use(code, text, signUp, context)],
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(isUnchecked && { findings: { [attribute]: "unchecked" }, upstreamFailure: sourceResult.upstreamFailure }),
    ...(isUsedUp && { findings: { [attribute]: "used-up", [REFERRED]: true } }),
  };
}

interface Value {
  readonly kind: "value";
  /** The typed value as `spelledText` returns it. */
  readonly text: string;
  /** The sign-up. If the typed value is a string, `text` replaces it. */
  readonly signUp: SignUp;
}

/** Reads the typed value. The kind is "unlisted" if no list can contain the value. */
function readTypedValue(signUp: SignUp, attribute: string, settings: Settings): Value | { readonly kind: "empty" | "unlisted" } {
  const typedValue = signUp.attributes[attribute];
  if (isBlank(typedValue)) return { kind: "empty" };
  if (isListAttribute(attribute, signUp.listAttributes))
    throw new TypeError(`permittedValue checks one value, and "${attribute}" holds a list: check it with validate.`);
  const text = spelledText(typedValue, settings);
  if (text === undefined || !canBeListed(text)) return { kind: "unlisted" };
  if (typeof typedValue !== "string") return { kind: "value", text, signUp };
  return { kind: "value", text, signUp: showAttributes(signUp, { ...signUp.attributes, [attribute]: text }) };
}

function problem(attribute: string, reason: string): Invalid {
  return { kind: "invalid", problems: [{ attribute, reason, ...ruleText(valueTexts, reason) }] };
}

/**
 * Makes the source that finds an attribute's value in one list, as the row spells it.
 * @param columns names of columns, by the attribute that each fills
 */
export function referenceData(
  list: string,
  attribute: string,
  spelling: Spelling,
  columns: Readonly<Record<string, string>> = {},
): Source & Required<Pick<Source, "needs">> {
  const readSpelledText = ({ attributes }: SignUp) => String(spelledText(attributes[attribute], spelling));
  return {
    name: "reference-data",
    uses: [{ table: "referenceData", access: "read" }],
    needs: (signUp) => lookupValues(readSpelledText(signUp), spelling).map((value) => rowKey(list, value)),
    find(signUp, { records }) {
      const value = listedValue({ list, case: spelling.case }, readSpelledText(signUp), { records });
      const row = value === undefined ? undefined : records.get(rowKey(list, value));
      if (value === undefined || row === undefined) return undefined;
      const columnAttributes = Object.entries(columns).map(([name, column]) => [name, readRowCell(row, column, list)] as const);
      // A typed number or a ticked box keeps its type: the row's text does not replace it.
      return { ...(typeof signUp.attributes[attribute] === "string" && { [attribute]: value }), ...Object.fromEntries(columnAttributes) };
    },
  };
}

function rowKey(list: string, value: string): RecordKey {
  return { table: "referenceData", key: { list, value } };
}

/** Returns a value as the list spells it; undefined if the list does not have it. */
export function listedValue(
  { list, ...spelling }: Pick<Settings, "list" | "case">,
  text: string,
  { records }: Pick<Context, "records">,
): string | undefined {
  return lookupValues(text, spelling).find((value) => records.get(rowKey(list, value)) !== undefined);
}

/** The error names only list and column, because the row's value may be a code. */
function readRowCell(row: Row, column: string, list: string): string | number | boolean {
  const cell = Object.hasOwn(row, column) ? row[column] : undefined;
  if (typeof cell === "number" || typeof cell === "boolean" || (typeof cell === "string" && cell.trim() !== "")) return cell;
  throw new UpstreamError({ service: "reference-data", kind: "unexpected", at: `${list}.${column}` });
}
