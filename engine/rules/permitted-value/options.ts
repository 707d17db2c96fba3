import { assertKnown } from "../../sign-up/rule";
import type { Source } from "../../sign-up/source";
import type { AttributeName } from "../../sign-up/tenant-attributes";
import { assertOnly, assertSource } from "../ask-source";
import { assertShortName } from "../attribute";
import { caseRules, type Spelling, spaceRules } from "./spelling";

/**
 * Where the values stand, which spellings are the same, and how often each may be used.
 */
export interface PermittedValueOptions {
  /**
   * The list in the ReferenceData table. With a source of your own: the name under which uses and guesses are counted.
   * @default the attribute's name
   */
  readonly list?: string;
  /**
   * Asked instead of the table: a value that it finds nothing for is not permitted. Attributes that it finds are set.
   * @default the ReferenceData table
   */
  readonly source?: Source;
  /**
   * With a source: short names of the attributes to take from it, beside the value itself. Nobody may type them, also where
   * the field is left empty.
   * @default all that it finds
   */
  readonly only?: readonly AttributeName[];
  /**
   * Whether upper and lower case are the same.
   * @default "ignore"
   */
  readonly case?: "ignore" | "exact";
  /**
   * "collapse" trims and makes one space of many, "remove" takes all out, "exact" leaves them.
   * @default "collapse"
   */
  readonly spaces?: "collapse" | "remove" | "exact";
  /**
   * Whether the field may be left empty. No source is asked then: name in `only` what it alone may set.
   * @default false
   */
  readonly optional?: boolean;
  /**
   * How many people may use one value, 1 to 10000.
   * @default any number
   */
  readonly uses?: number;
  /**
   * How many different values a person may try a day, UTC, 1 to 10000.
   * @default 5 if `uses` is set, else any number
   */
  readonly guessesPerDay?: number;
}

/** Limits of counting that were left open are undefined: nothing is counted then. */
export type Settings = Spelling &
  Pick<PermittedValueOptions, "uses" | "guessesPerDay" | "source" | "only"> &
  Readonly<Required<Pick<PermittedValueOptions, "list" | "optional">>>;

const GUESSES_PER_DAY = 5;
/** A row of the ledger holds all of them; DynamoDB lets it hold 400 KB. */
const MAX_COUNT = 10_000;

/** The options with their defaults. Throws TypeError or RangeError for those that cannot be meant. */
export function settingsFor(attribute: string, options: PermittedValueOptions): Settings {
  assertShortName(attribute, "permittedValue");
  assertKnown(`permittedValue("${attribute}")`, options, {
    list: true,
    source: true,
    only: true,
    case: true,
    spaces: true,
    optional: true,
    uses: true,
    guessesPerDay: true,
  });
  const fail = (what: string, Kind: ErrorConstructor = TypeError): never => {
    throw new Kind(`permittedValue("${attribute}"): ${what}.`);
  };
  const { list = attribute, source, only, case: caseRule = "ignore", spaces = "collapse", optional = false, uses } = options;
  const guessesPerDay = options.guessesPerDay ?? (uses === undefined ? undefined : GUESSES_PER_DAY);
  if (typeof list !== "string" || list.trim() === "") fail("list is the name of a list in the ReferenceData table; it is empty");
  if (source !== undefined) assertSource(source, "permittedValue's source");
  assertOnly(only, `permittedValue("${attribute}")`);
  if (only !== undefined && source === undefined) fail("only goes with source, which sets these attributes");
  if (!caseRules.includes(caseRule)) fail(`case is ${oneOf(caseRules)}, not ${JSON.stringify(caseRule)}`);
  if (!spaceRules.includes(spaces)) fail(`spaces is ${oneOf(spaceRules)}, not ${JSON.stringify(spaces)}`);
  if (typeof optional !== "boolean") fail(`optional is true or false, not ${JSON.stringify(optional)}`);
  if (!isCount(uses, MAX_COUNT))
    fail(`uses is a whole number from 1 to ${MAX_COUNT}, not ${uses}; leave it out for any number`, RangeError);
  if (!isCount(guessesPerDay, MAX_COUNT)) fail(`guessesPerDay is a whole number from 1 to ${MAX_COUNT}, not ${guessesPerDay}`, RangeError);
  return { list, source, only, case: caseRule, spaces, optional, uses, guessesPerDay };
}

function isCount(value: number | undefined, most: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= 1 && value <= most);
}

function oneOf(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(" or ");
}
