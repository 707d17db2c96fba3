import * as v from "valibot";
import { ruleText } from "../../engine/messages/rule-texts";
import { optionSchema } from "../../engine/option-schema";
import { assertShortName, isBlank } from "../../engine/sign-up/attributes";
import { ANY_ATTRIBUTE } from "../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { HashOf } from "../../engine/sign-up/person";
import { countedPerson, personIdFor } from "../../engine/sign-up/person-key";
import { type Context, makeRule, type RecordKey, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { AttributeValue, SignUp } from "../../engine/sign-up/sign-up";
import type { AttributeName, TextAttributeName } from "../../engine/sign-up/tenant-attributes";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { Block, Effect, Verdict } from "../../engine/sign-up/verdict";
import { countryOf } from "../countries/countries";
import { daysOnEarth, latestDay } from "./latest-day";
import { bornLabel, texts } from "./texts";
import { type DateOrder, dateOrders, findMeantDays, listRegions, orderIn } from "./written-date";

/** Key prefix, in the usage table, of people who were too young. */
const AGE_PREFIX = "age/";

/** The minimum age, and the treatment of the typed date. */
export interface MinimumAgeOptions {
  /** The age, 1 to 99: for everybody, or by country code (two letters, ISO 3166-1): `{ default: 16, KR: 14 }`. */
  readonly years: number | (Readonly<Record<string, number>> & { readonly default: number });
  /**
   * The attribute with the person's country: a name in any of the eight languages, or a code.
   * @default "country"
   */
  readonly country?: AttributeName;
  /**
   * The order of 01/02/1999: "dmy", "mdy" or "ymd".
   * @default the usual order in the person's country. If the country is not known, people are asked again where the order matters
   */
  readonly order?: DateOrder;
  /** True if the account keeps the date. Otherwise `instead` replaces the date. @default false */
  readonly keep?: boolean;
  /** The attribute's value in the account, instead of the date. @default "", which empties the attribute */
  readonly instead?: string;
}

/** Limit of an age in years. If a date makes a person older, it is not the person's date of birth. */
const OLDEST = 130;
/** Name of the row's set that has a member if somebody was too young. */
const REFUSED = "refused";
const TOO_YOUNG = "too-young";

/**
 * Refuses people below an age, by the date of birth that they type into an attribute. Unless `keep` is true, the date is
 * kept nowhere, and no other rule sees it. See docs/recipes/age.md.
 *
 * @remarks Reads dates in the forms and calendars that people use; asks again for one that it cannot read, or whose day
 * and month it cannot tell apart where it matters. A birthday counts once it has begun everywhere in the person's country,
 * or on earth if the country is not known. Somebody who was too young stays refused for a day, whatever other date they type.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([minimumAge("extension_Born", { years: { default: 16, KR: 14 } }), accessList()], { trust: ["mail", "google.com"] })
 */
export function minimumAge(attribute: TextAttributeName, options: MinimumAgeOptions): Rule<"before-create-user"> {
  const settings = settingsFor(attribute, options);
  const { country, order, keep, instead } = settings;
  return makeRule({
    name: "minimum-age",
    admits: "people who type an early enough date",
    asks: [attribute],
    labels: { [attribute]: bornLabel },
    sets: [],
    // If one age is for everybody, the rule does not need the country, so a form may omit it.
    ...(typeof options.years === "object" ? { reads: [country] } : { reads: order === undefined ? [ANY_ATTRIBUTE] : [] }),
    uses: [
      { table: "ledger", access: "read" },
      { table: "ledger", access: "write", under: [AGE_PREFIX] },
      ...(keep ? [] : [{ unrecorded: attribute }]),
    ],
    ...(!keep && {
      // The date is replaced before any rule reads the attributes, so that no other rule, request or record sees it.
      prepare: ({ attributes }: SignUp) => (isBlank(attributes[attribute]) ? {} : { [attribute]: instead }),
    }),
    needs: (signUp, hashOf) => [buildAgeKey(signUp, hashOf)],
    decide(signUp, context) {
      const typedValue = typedIn(settings, signUp, context.received);
      return isBlank(typedValue)
        ? problem(attribute, "attribute.required")
        : decideAge(settings, typedValue as AttributeValue, signUp, context);
    },
  });
}

/**
 * If the person's address is not proven, the key differs from that of the address's owner. So strangers neither keep the owner out nor
 * learn of the owner's refusal.
 */
function buildAgeKey(signUp: SignUp, hashOf: HashOf): RecordKey & { readonly key: { readonly id: string } } {
  return {
    table: "ledger",
    key: { id: `${AGE_PREFIX}${encodeURIComponent(signUp.gate ?? DEFAULT_GATE)}/${countedPerson(signUp, hashOf)}` },
  };
}

/** Returns the typed date. If another rule has set the attribute since, returns that rule's value, because it is more reliable. */
function typedIn({ attribute, instead }: Settings, signUp: SignUp, received: SignUp): AttributeValue | undefined {
  const now = signUp.attributes[attribute];
  return isBlank(now) || now === instead ? received.attributes[attribute] : now;
}

function decideAge(settings: Settings, typedValue: AttributeValue, signUp: SignUp, context: Context): Verdict<"before-create-user"> {
  const { attribute, yearsFor, country, order, keep, instead } = settings;
  const { now } = context;
  const alpha2 = countryOf(signUp.attributes[country])?.alpha2;
  const years = yearsFor(alpha2);
  const hints = {
    thisYear: now.getUTCFullYear(),
    order: order ?? orderIn(alpha2),
    regions: [alpha2 ?? "", ...listRegions(signUp.locales)],
  };
  const days = findMeantDays(String(typedValue), hints);
  const agesAt = (when: Date) => listAges(days, { alpha2, years, when });
  const ages = agesAt(now);
  const isTooYoung = ages.length > 0 && ages.every((age) => age < years);
  const tooYoung: Block = { kind: "block", reason: "age.too-young", ...ruleText(texts, "age.too-young", { years }) };
  if (isTooYoung) return { ...tooYoung, evidence: { minimum: `${years}` }, effects: [mark(signUp, context, tooYoung)] };
  const isOldEnough = ages.length > 0 && ages.every((age) => age >= years);
  const row = buildAgeKey(signUp, context.hashOf);
  const refusedAt = refusalInForce(context.records.get(row)?.expires, now);
  // The record does not contain the refused date. If a person with the typed date was too young at the refusal and is old enough now, the
  // typed date may be the refused one. So the person goes on.
  const cameOfAge = isOldEnough && refusedAt !== undefined && agesAt(refusedAt).every((age) => age < years);
  if (refusedAt !== undefined && !cameOfAge)
    return { kind: "block", reason: "age.second-date", message: texts["age.second-date"], evidence: { ledger: row.key.id } };
  if (!isOldEnough) return problem(attribute, "age.unreadable-date");
  return { kind: "continue", ...(!keep && signUp.attributes[attribute] !== instead && { attributes: { [attribute]: instead } }) };
}

/** Returns the person's age for each possible date of birth. A birthday counts once it has begun in every zone of the person's country. */
function listAges(
  days: readonly string[],
  { alpha2, years, when }: { readonly alpha2: string | undefined; readonly years: number; readonly when: Date },
): readonly number[] {
  const [earliest, latest] = daysOnEarth(when);
  const isBirthday = days.some((day) => ageOn(earliest, day) < years && ageOn(latest, day) >= years);
  const today = isBirthday ? latestDay(alpha2, when) : earliest;
  return days.map((day) => ageOn(today, day)).filter((age) => age >= 0 && age <= OLDEST);
}

/** Records that somebody was too young. The record lasts one day, and does not contain the date of birth. */
function mark(signUp: SignUp, { hashOf, now }: Context, tooYoung: Block): Effect {
  const expires = Math.ceil((now.getTime() + MS_PER_DAY) / 1_000);
  const tooYoungRow = { personId: personIdFor(signUp, hashOf), expires };
  return {
    ...buildAgeKey(signUp, hashOf),
    slots: REFUSED,
    holder: TOO_YOUNG,
    atMost: 1,
    set: tooYoungRow,
    always: true,
    onConflict: tooYoung,
  };
}

function problem(attribute: string, reason: "attribute.required" | "age.unreadable-date"): Verdict<"before-create-user"> {
  return { kind: "invalid", problems: [{ attribute, reason, ...ruleText(texts, reason) }] };
}

/**
 * Returns the time of the refusal; undefined once it has ended. @param expires its end in epoch seconds; DynamoDB deletes the row some time
 * later
 */
function refusalInForce(expires: unknown, now: Date): Date | undefined {
  const isInForce = typeof expires === "number" && expires * 1_000 > now.getTime();
  return isInForce ? new Date(expires * 1_000 - MS_PER_DAY) : undefined;
}

/** Returns the full years between two days; below 0 before the birth. Somebody born on 29 February is a year older on 1 March. */
export function ageOn(today: string, born: string): number {
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  return today.slice(5) < born.slice(5) ? years - 1 : years;
}

type Settings = ReturnType<typeof settingsFor>;

function settingsFor(attribute: string, options: MinimumAgeOptions) {
  const of = "minimumAge";
  assertShortName(attribute, of);
  const ruleCall = `${of}(${JSON.stringify(attribute)})`;
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(ruleCall, options, minimumAgeOptions());
  const { years, country = "country", order, keep = false, instead = "" } = options;
  assertShortName(country, `${ruleCall}: country`);
  if (keep && instead !== "") throw new TypeError(`${ruleCall}: instead must be a text, and makes no sense with keep: true.`);
  return { attribute, yearsFor: readYears(years, ruleCall), country, order, keep, instead };
}

function readYears(years: MinimumAgeOptions["years"], ruleCall: string): (alpha2: string | undefined) => number {
  const ages: Readonly<Record<string, number>> = typeof years === "number" ? { default: years } : years;
  if (typeof ages !== "object" || ages === null || !Object.hasOwn(ages, "default"))
    throw new TypeError(
      `${ruleCall}: years must be a number, or numbers by country with one for all others, like { default: 16, KR: 14 }.`,
    );
  for (const [code, age] of Object.entries(ages)) {
    // "default" is asked of no list: the search for a name that no country has reads all of them, which takes 60 ms.
    const alpha2 = code === "default" ? code : countryOf(code)?.alpha2;
    if (alpha2 !== code) {
      const advice = alpha2 === undefined ? 'one like "KR"' : JSON.stringify(alpha2);
      throw new TypeError(`${ruleCall}: ${JSON.stringify(code)} in years is no country's code of two capital letters; write ${advice}.`);
    }
    if (!Number.isInteger(age) || age < 1 || age > 99)
      throw new RangeError(`${ruleCall}: years of ${code} must be a whole number from 1 to 99, not ${JSON.stringify(age)}.`);
  }
  const highest = Math.max(...Object.values(ages));
  return (alpha2) => (alpha2 === undefined ? highest : ((Object.hasOwn(ages, alpha2) ? ages[alpha2] : ages.default) as number));
}

function minimumAgeOptions() {
  return optionSchema<MinimumAgeOptions>({
    years: readElsewhere<MinimumAgeOptions["years"]>(),
    country: v.optional(readElsewhere<TextAttributeName>()),
    order: v.optional(v.picklist(dateOrders, notAs(`order must be one of ${dateOrders.join(", ")}`))),
    keep: v.optional(v.boolean(notAs("keep is true or false"))),
    instead: v.optional(v.string("instead must be a text, and makes no sense with keep: true.")),
  });
}
