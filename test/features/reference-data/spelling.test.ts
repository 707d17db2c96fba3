import fc from "fast-check";
import { foldCase } from "../../../engine/characters";
import {
  canBeListed,
  canonical,
  caseRules,
  isMixedCase,
  lookupValues,
  type Spelling,
  spaceRules,
  spelledText,
} from "../../../features/reference-data/spelling";
import { anyCharacter } from "../../support/any-character";
import { runs } from "../../support/runs";

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: runs(200, 2_000) });

describe("textOf", () => {
  it.each([
    { typed: "  Contoso \t  Ltd\u3000", spaces: "collapse" as const, text: "Contoso Ltd" },
    { typed: " AB-12 34\u00a0", spaces: "remove" as const, text: "AB-1234" },
    { typed: " a  b ", spaces: "exact" as const, text: " a  b " },
    { typed: "Cafe\u0301", spaces: "exact" as const, text: "Caf\u00e9" },
    { typed: "e \u0301", spaces: "remove" as const, text: "\u00e9" },
    { typed: 42, spaces: "collapse" as const, text: "42" },
    { typed: false, spaces: "collapse" as const, text: "false" },
    { typed: ["a"], spaces: "collapse" as const, text: undefined },
    { typed: { a: "b" }, spaces: "collapse" as const, text: undefined },
    { typed: undefined, spaces: "collapse" as const, text: undefined },
  ])("normalizes $typed by the rule $spaces for spaces: $text", ({ typed, spaces, text }) =>
    expect(spelledText(typed, { spaces })).toBe(text),
  );
});

describe("lookupValues", () => {
  it.each([
    { text: "Contoso", rule: "ignore" as const, values: ["Contoso", "contoso", "CONTOSO"] },
    { text: "contoso", rule: "ignore" as const, values: ["contoso", "CONTOSO"] },
    { text: "Contoso", rule: "exact" as const, values: ["Contoso"] },
    { text: "P-118003", rule: "ignore" as const, values: ["P-118003", "p-118003"] },
    { text: "12", rule: "ignore" as const, values: ["12"] },
    { text: "서울", rule: "ignore" as const, values: ["서울"] },
    // SS is another value than ß: a code that is used up under one name must not be open under the other.
    { text: "Straße", rule: "ignore" as const, values: ["Straße", "straße"] },
    { text: "ı", rule: "ignore" as const, values: ["ı", "I", "i"] },
    { text: "İ", rule: "exact" as const, values: ["İ"] },
  ])("returns the spellings of $text under the case rule $rule: $values", ({ text, rule, values }) =>
    expect(lookupValues(text, { case: rule })).toEqual(values),
  );

  // A row as a program writes it in lower case, and what people type.
  it.each([
    { by: "PostgreSQL 15, C.UTF-8 and tr-x-icu; gawk 5.2.1; Miller 6.6.0; GNU sed 4.9", row: "izmir", typed: ["İzmir", "İZMİR"] },
    { by: "JavaScript, Python 3 and PostgreSQL 15, en-x-icu", row: "i\u0307zmi\u0307r", typed: ["İZMİR"] },
    { by: "SQLite 3.40.1", row: "İzmİr", typed: ["İzmir", "İZMİR"] },
    { by: "nothing", row: "İZMİR", typed: ["İzmir", "i\u0307zmir", "İZMİR"] },
    { by: "PostgreSQL 15, tr-x-icu", row: "ığdır", typed: ["Iğdır", "IĞDIR", "ığdır"] },
    { by: "PostgreSQL 15, C.UTF-8; gawk 5.2.1; Miller 6.6.0; GNU sed 4.9; JavaScript", row: "iğdir", typed: ["Iğdır", "IĞDIR"] },
    { by: "SQLite 3.40.1", row: "iĞdir", typed: ["Iğdır", "IĞDIR"] },
    { by: "PostgreSQL 15, tr-x-icu", row: "diyarbakır", typed: ["Diyarbakır", "DİYARBAKIR"] },
    { by: "PostgreSQL 15, C.UTF-8; gawk 5.2.1; Miller 6.6.0; GNU sed 4.9", row: "diyarbakir", typed: ["Diyarbakır", "DİYARBAKIR"] },
    { by: "nothing", row: "DİYARBAKIR", typed: ["Diyarbakır", "diyarbakır"] },
    { by: "PostgreSQL 15, C.UTF-8; gawk 5.2.1; Miller 6.6.0; GNU sed 4.9", row: "οδοσ", typed: ["οδος", "Οδος", "ΟΔΟΣ"] },
    { by: "JavaScript, Python 3 and PostgreSQL 15 with ICU", row: "οδος", typed: ["Οδος", "ΟΔΟΣ", "οδοσ"] },
    { by: "SQLite 3.40.1", row: "ΟΔΟΣ", typed: ["οδος", "οδοσ"] },
    { by: "SQLite 3.40.1", row: "École", typed: ["école", "ÉCOLE"] },
  ])("finds $row, as written by $by, for $typed", ({ row, typed }) => {
    expect(typed.filter((each) => !lookupValues(each, { case: "ignore" }).includes(row))).toEqual([]);
    expect(isMixedCase(row)).toBe(false);
  });

  it("gives no value that is longer than a key may be", () => {
    const longest = "\u1f52".repeat(256);
    expect(lookupValues(longest, { case: "ignore" })).toEqual([longest]);
  });
});

it.each([
  { text: "a".repeat(256), listed: true },
  { text: "a".repeat(257), listed: false },
  { text: "a\u0000b", listed: false },
  { text: "a\nb", listed: false },
  { text: "a\u0085b", listed: false },
  { text: "a\ud800", listed: false },
  { text: "क्\u200dष 👩\u200d💻", listed: true },
])("decides if $text can be listed: $listed", ({ text, listed }) => expect(canBeListed(text)).toBe(listed));

describe("for any text", () => {
  const spelling: fc.Arbitrary<Spelling> = fc.record({ case: fc.constantFrom(...caseRules), spaces: fc.constantFrom(...spaceRules) });
  const awkward = fc.string({ unit: fc.constantFrom(..."aAbB1ßẞıİiIſsSσςΣéÉeE\u0301\u0307 \t\u00a0ǆǅᾳὒ가\u1100\u1161") });
  const typed = fc.oneof(fc.string({ unit: anyCharacter }), fc.string({ unit: "grapheme" }), awkward);
  const textIn = (value: string, rules: Spelling) => spelledText(value, rules) ?? "";

  it("normalizing twice equals normalizing once", () =>
    fc.assert(
      fc.property(typed, spelling, (value, rules) => {
        const text = textIn(value, rules);
        expect(textIn(text, rules)).toBe(text);
        const one = canonical(text, rules);
        expect(canonical(textIn(one, rules), rules)).toBe(one);
      }),
    ));

  it("the looked-up values include the value in lower case and in capitals, in whatever case it is typed", () =>
    fc.assert(
      fc.property(awkward, awkward, spelling, fc.infiniteStream(fc.boolean()), (value, other, rules, upper) => {
        const recased = [...value].map((char) => (upper.next().value ? char.toUpperCase() : char.toLowerCase())).join("");
        for (const each of [recased, other]) {
          const text = textIn(each, rules);
          const one = canonical(textIn(value, rules), rules);
          if (canonical(text, rules) !== one) continue;
          const rows = rules.case === "ignore" ? [one, one.toUpperCase().normalize("NFC")] : [one];
          const same = rows.filter((row) => canonical(row, rules) === one);
          expect(lookupValues(text, rules)).toEqual(expect.arrayContaining(same));
        }
      }),
    ));

  it("the looked-up values all equal the text, except in case, and are at most three for an ASCII text", () =>
    fc.assert(
      fc.property(typed, spelling, (value, rules) => {
        const text = textIn(value, rules);
        const values = lookupValues(text, rules);
        expect(values[0]).toBe(text);
        expect(values.length).toBeLessThanOrEqual(/^\p{ASCII}*$/u.test(text) ? 3 : 12);
        const same = (each: string) => (rules.case === "exact" ? each : foldCase(each));
        for (const each of values) expect(same(each)).toBe(same(text));
      }),
    ));
});
