import * as v from "valibot";
import { optionSchema, replaceName } from "../../engine/option-schema";
import { assertOnly, assertSource } from "../../engine/rules/ask-source";
import { assertShortName } from "../../engine/sign-up/attributes";
import { assertRuleOptions, notAs, readElsewhere, wholeFrom } from "../../engine/sign-up/rule-options";
import type { Source } from "../../engine/sign-up/source";
import type { AttributeName, SingleAttributeName } from "../../engine/sign-up/tenant-attributes";
import { caseRules, type Spelling, spaceRules } from "../reference-data/spelling";

/** Options: the permitted values, which spellings count as the same, and how often each value may be used. */
export interface PermittedValueOptions {
  /**
   * The list in the ReferenceData table. With `source`, the name under which uses and guesses are counted.
   * @default the attribute's name
   */
  readonly list?: string;
  /**
   * The source that is asked instead of the table. The rule sets the attributes that the source returns. @default the ReferenceData table
   */
  readonly source?: Source;
  /** The other attributes to take from `source`. People may not type these attributes. @default all that the source finds */
  readonly only?: readonly AttributeName[];
  /**
   * Attributes that the value's row sets, with the column for each: `{ companyName: "company" }`. A row without the column lets nobody in,
   * and people may not type these attributes.
   * @default none
   */
  readonly fill?: { readonly [Name in SingleAttributeName]?: string };
  /**
   * "ignore": upper and lower case are the same.
   * @default "ignore"
   */
  readonly case?: "ignore" | "exact";
  /**
   * "collapse" trims the value and turns each run of spaces into one; "remove" removes all spaces.
   * @default "collapse"
   */
  readonly spaces?: "collapse" | "remove" | "exact";
  /**
   * True if the field may be empty. At an empty field, the rule does not ask the source, and rejects typed values of the attributes in
   * `only`. So name in `only` each attribute that only the source may set.
   * @default false
   */
  readonly optional?: boolean;
  /** Maximum number of people who may use one value, 1 to 9000. @default any number */
  readonly maxUses?: number;
  /**
   * The answer to a code that others have used up. "ask-again" shows the form again. "approval" refers the person to an approver;
   * `requestApproval` must follow this rule.
   * @default "ask-again"
   */
  readonly usedUp?: "ask-again" | "approval";
  /**
   * Maximum number of different values that a person may try each day (UTC), 1 to 10000.
   * @default 5 if `maxUses` is set, otherwise any number
   */
  readonly guessesPerDay?: number;
}

/** If neither `maxUses` nor `guessesPerDay` is set, both stay undefined, and the rule counts nothing. */
export type Settings = Spelling &
  Pick<PermittedValueOptions, "maxUses" | "guessesPerDay" | "source" | "only"> & {
    readonly columns: Readonly<Record<string, string>>;
  } & Readonly<Required<Pick<PermittedValueOptions, "list" | "optional" | "usedUp">>>;

const usedUpRules = ["ask-again", "approval"] as const satisfies readonly Settings["usedUp"][];
const GUESSES_PER_DAY = 5;
/** One row of the ledger holds all people who used a value, with 45 bytes each. DynamoDB limits a row to 400 KB. */
export const MAX_USES = 9_000;
const MAX_GUESSES = 10_000;

/** Returns the options with their defaults. Throws TypeError or RangeError for a wrong value. */
export function settingsFor(attribute: string, options: PermittedValueOptions): Settings {
  assertShortName(attribute, "permittedValue");
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(`permittedValue("${attribute}")`, options, permittedValueOptions());
  const fail = (what: string): never => {
    throw new TypeError(`permittedValue("${attribute}"): ${what}.`);
  };
  const {
    list = attribute,
    source,
    only,
    fill,
    case: caseRule = "ignore",
    spaces = "collapse",
    optional = false,
    maxUses,
    usedUp = "ask-again",
  } = options;
  const guessesPerDay = options.guessesPerDay ?? (maxUses === undefined ? undefined : GUESSES_PER_DAY);
  if (source !== undefined) assertSource(source, "permittedValue's source");
  assertOnly(only, `permittedValue("${attribute}")`, attribute);
  if (only !== undefined && source === undefined) fail("only needs source, which sets these attributes");
  if (fill !== undefined && source !== undefined)
    fail("fill is for rows of ReferenceData, and source sets what it finds: take one of them out");
  for (const name of Object.keys(fill ?? {})) assertShortName(name, `permittedValue("${attribute}"): each of fill`);
  if (options.usedUp !== undefined && maxUses === undefined) fail("usedUp needs maxUses, which says how many people may use a value");
  const columns = { ...fill } as Readonly<Record<string, string>>;
  return { list, source, only, columns, case: caseRule, spaces, optional, maxUses, usedUp, guessesPerDay };
}

function formatChoice(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(" or ");
}

/** True if every value names a column that `fill` may use: any column except `list`, `value` and `expiresAt`, which are Gatehouse's own. */
function isColumns(input: unknown): boolean {
  const columns = typeof input === "object" && input !== null && !Array.isArray(input) ? Object.values(input) : [];
  const isOwn = (name: unknown) => typeof name === "string" && name.trim() !== "" && !["list", "value", "expiresAt"].includes(name);
  return columns.length > 0 && columns.every(isOwn);
}

function permittedValueOptions() {
  const list = notAs("list must name a list in the ReferenceData table");
  const count = (option: string, most: number, after = "") =>
    wholeFrom(1, most, notAs(`${option} must be a whole number from 1 to ${most}`, after));
  return optionSchema<PermittedValueOptions>(
    {
      list: v.optional(v.pipe(v.string(list), v.regex(/\S/, list))),
      source: v.optional(readElsewhere<Source>()),
      only: v.optional(readElsewhere<readonly AttributeName[]>()),
      fill: v.optional(
        v.custom<NonNullable<PermittedValueOptions["fill"]>>(
          isColumns,
          notAs('fill must name a column for each attribute, like { companyName: "company" }; not list, value or expiresAt'),
        ),
      ),
      case: v.optional(v.picklist(caseRules, notAs(`case must be ${formatChoice(caseRules)}`))),
      spaces: v.optional(v.picklist(spaceRules, notAs(`spaces must be ${formatChoice(spaceRules)}`))),
      optional: v.optional(v.boolean(notAs("optional must be true or false"))),
      maxUses: v.optional(count("maxUses", MAX_USES, "; leave it out for any number")),
      usedUp: v.optional(v.picklist(usedUpRules, notAs(`usedUp must be ${formatChoice(usedUpRules)}`))),
      guessesPerDay: v.optional(count("guessesPerDay", MAX_GUESSES)),
    },
    { ...replaceName("uses", "maxUses"), ...replaceName("sets", "fill") },
  );
}
