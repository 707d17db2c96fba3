import fc from "fast-check";
import { ruleText } from "../../../engine/messages/rule-texts";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/checks";
import { decide } from "../../../engine/sign-up/engine";
import { buildPersonId } from "../../../engine/sign-up/person";
import { makeRule, type Rule } from "../../../engine/sign-up/rule";
import type { Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { requestApproval } from "../../../features/approvals/request-approval";
import { ageOn, type MinimumAgeOptions, minimumAge } from "../../../features/minimum-age/rule";
import { texts as ageTexts } from "../../../features/minimum-age/texts";
import { memory } from "../../engine/rules/memory-world";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, NOW, person } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const BORN = "extension_Born";
const byCountry = { default: 16, KR: 14 };
const google = (issuerAssignedId: string): Identity => ({ issuer: "google.com", issuerAssignedId });
const DAY_MS = 86_400_000;

/** NOW is 1 March 2026, noon. */
function gate(
  options: Partial<MinimumAgeOptions> = {},
  around: { before?: Rule<"before-create-user">[]; after?: Rule<"before-create-user">[] } = {},
) {
  const tables = memory();
  const rules = [...(around.before ?? []), minimumAge(BORN, { years: byCountry, ...options }), ...(around.after ?? [])];
  const policy = anyPolicy(rules as [Rule<"before-create-user">]);
  const comes = async (born: unknown, changes: Partial<SignUp> = {}, now = NOW) => {
    const attributes = { ...(born !== undefined && { [BORN]: born as string }), ...changes.attributes };
    return await decide(policy, person({ ...changes, attributes }), { ...tables.world, now });
  };
  const said = async (...call: Parameters<typeof comes>) => {
    const { answer } = await comes(...call);
    if (answer.kind === "invalid") return answer.problems.map(({ attribute, reason }) => `${attribute}: ${reason}`).join();
    return answer.kind === "block" ? answer.reason : "continue";
  };
  return { comes, said, tables };
}

const unreadable = `${BORN}: age.unreadable-date`;

describe("minimumAge", () => {
  it.each<{ born: unknown; said: string; options?: Partial<MinimumAgeOptions>; country?: string }>([
    { born: "1999-01-02", said: "continue" },
    { born: "2010-03-01", said: "continue" },
    { born: "2010-03-02", said: "age.too-young" },
    { born: "2026-03-01", said: "age.too-young" },
    { born: "2012-03-01", country: "KR", said: "continue" },
    { born: "2012-03-01", country: "South Korea", said: "continue" },
    { born: "2012-03-01", country: "대한민국", said: "continue" },
    { born: "2012-03-02", country: "KOR", said: "age.too-young" },
    { born: "2012-03-01", country: "Germany", said: "age.too-young" },
    { born: "2012-03-01", country: "Atlantis", said: "age.too-young" },
    { born: "2010-03-01", country: "Atlantis", options: { years: { default: 13, DE: 18 } }, said: "age.too-young" },
    { born: "2010-03-01", country: "France", options: { years: { default: 13, DE: 18 } }, said: "continue" },
    { born: "2010-03-01", options: { years: 16 }, said: "continue" },
    { born: undefined, said: `${BORN}: attribute.required` },
    { born: "  ", said: `${BORN}: attribute.required` },
    { born: "2026-03-02", said: unreadable },
    { born: "2099-01-01", said: unreadable },
    { born: "0026-01-02", said: unreadable },
    { born: "1800-01-02", said: unreadable },
    { born: "1896-03-01", said: "continue" },
    { born: "1895-03-01", said: unreadable },
    { born: "31.04.1999", said: unreadable },
    { born: "29.02.1999", said: unreadable },
    { born: "26.01.02", said: unreadable },
    { born: true, said: unreadable },
    { born: 19990102, said: "continue" },
    // Either way old enough, either way too young, and neither.
    { born: "01/02/1999", said: "continue" },
    { born: "01/02/2020", said: "age.too-young" },
    { born: "04/12/2010", said: "age.too-young" },
    { born: "02/03/2010", said: unreadable },
    { born: "02/03/2010", options: { order: "mdy" }, said: "continue" },
    { born: "02/03/2010", options: { order: "dmy" }, said: "age.too-young" },
    { born: "02/03/2010", country: "US", said: "continue" },
    { born: "02/03/2010", country: "GB", said: "age.too-young" },
    { born: "02/03/2012", country: "KR", said: unreadable },
    { born: "2553-03-01", said: "continue" },
    { born: "2553-03-02", said: "age.too-young" },
  ])("gives the expected answer to $born, $country, $options: $said", async ({ born, said, options, country }) => {
    const { said: hears } = gate(options);
    expect(await hears(born, { attributes: country === undefined ? {} : { country } })).toBe(said);
  });

  it.each([
    { locales: ["en"], said: "continue" },
    { locales: ["zh-TW"], said: unreadable },
    { locales: ["en"], attributes: { country: "TW" }, said: unreadable },
  ])("asks again for a date whose year may be of another calendar: $locales, $attributes", async ({ locales, attributes = {}, said }) =>
    expect(await gate().said("99/04/02", { locales, attributes })).toBe(said),
  );

  it("reads the country from the attribute that the policy names", async () => {
    const { said } = gate({ country: "extension_Home" });
    expect(await said("2012-03-01", { attributes: { extension_Home: "KR" } })).toBe("continue");
    expect(await said("2012-03-01", { attributes: { country: "KR" } })).toBe("age.too-young");
  });

  it.each([
    { years: byCountry, reads: ["country"] },
    { years: 16, reads: [] },
  ])("makes synth require the country in the form only if the minimum age depends on it: $years", ({ years, reads }) =>
    expect(minimumAge(BORN, { years }).reads?.filter((name) => name !== ANY_ATTRIBUTE)).toEqual(reads),
  );

  it("names the age in the person's text, and nothing of the date", async () => {
    const { answer } = await gate().comes("2013-03-01", { attributes: { country: "KR" } });
    expect(answer).toMatchObject({
      message: { en: "You must be at least 14 years old to sign up.", ko: "만 14세 이상만 가입할 수 있습니다." },
    });
  });

  it.each([
    { options: {}, attributes: { [BORN]: "" } },
    { options: { instead: "checked" }, attributes: { [BORN]: "checked" } },
    { options: { keep: true }, attributes: {} },
  ])("overwrites the date unless the policy keeps it: $options", async ({ options, attributes }) =>
    expect((await gate(options).comes("1999-01-02")).answer).toEqual({ kind: "continue", attributes }),
  );

  it("hides the date from every other rule, in any attribute, and from an approver", async () => {
    const shown: unknown[] = [];
    const looker = makeRule({
      name: "looker",
      sets: [],
      decide({ attributes }) {
        shown.push(attributes[BORN]);
        return { kind: "continue" };
      },
    });
    const { comes, tables } = gate({}, { before: [looker], after: [looker, requestApproval({ when: () => true })] });
    expect((await comes("1999-01-02")).answer).toMatchObject({ reason: "approval.requested" });
    expect(shown.every((each) => each === "")).toBe(true);
    expect(JSON.stringify([...tables.rows])).not.toMatch(/1999/);
  });

  it("uses a source's date of birth instead of the typed one, and overwrites that date too", async () => {
    const source = makeRule({ name: "known", sets: ["*"], decide: () => ({ kind: "continue", attributes: { [BORN]: "2020-01-01" } }) });
    expect(await gate({}, { before: [source] }).said("1999-01-02")).toBe("age.too-young");
    expect(() => gate({}, { after: [source] })).toThrow(/minimum-age looks at .*, which known, after it, may set/);
    const older = makeRule({ name: "known", sets: ["*"], decide: () => ({ kind: "continue", attributes: { [BORN]: "1990-01-01" } }) });
    expect((await gate({}, { before: [older] }).comes("1999-01-02")).answer).toMatchObject({ attributes: { [BORN]: "" } });
  });

  it("leaves the date out of every trace, effect and row", async () => {
    for (const born of ["2021-01-02", "1987-01-02", "20.20.2021"]) {
      const { comes, tables } = gate();
      const decision = await comes(born);
      expect(JSON.stringify([decision, [...tables.rows]])).not.toMatch(/2021|1987/);
    }
  });
});

describe("a birthday", () => {
  it.each<{ country?: string; born: string; before: string; from: string }>([
    // The United States: Honolulu, UTC-10. Zones by tz, as CLDR lists them.
    { country: "United States", born: "2010-06-15", before: "2026-06-15T09:59:59Z", from: "2026-06-15T10:00:00Z" },
    { country: "한국", born: "2012-06-15", before: "2026-06-14T14:59:59Z", from: "2026-06-14T15:00:00Z" },
    // Summer time, and winter.
    { country: "Germany", born: "2010-06-15", before: "2026-06-14T21:59:59Z", from: "2026-06-14T22:00:00Z" },
    { country: "Germany", born: "2010-01-15", before: "2026-01-14T22:59:59Z", from: "2026-01-14T23:00:00Z" },
    // Brazil: Acre, UTC-5; Chile: Easter Island, UTC-6; Kiribati: Tarawa, UTC+12.
    { country: "BR", born: "2010-06-15", before: "2026-06-15T04:59:59Z", from: "2026-06-15T05:00:00Z" },
    { country: "CL", born: "2010-06-15", before: "2026-06-15T05:59:59Z", from: "2026-06-15T06:00:00Z" },
    { country: "KI", born: "2010-06-15", before: "2026-06-14T11:59:59Z", from: "2026-06-14T12:00:00Z" },
    // Without a country, with one that is none, and with one that nobody lives in.
    { born: "2010-06-15", before: "2026-06-15T11:59:59Z", from: "2026-06-15T12:00:00Z" },
    { country: "Atlantis", born: "2010-06-15", before: "2026-06-15T11:59:59Z", from: "2026-06-15T12:00:00Z" },
    { country: "Bouvet Island", born: "2010-06-15", before: "2026-06-15T11:59:59Z", from: "2026-06-15T12:00:00Z" },
    { country: "Germany", born: "2008-02-29", before: "2024-02-28T22:59:59Z", from: "2024-02-28T23:00:00Z" },
    { country: "Germany", born: "2010-03-01", before: "2026-02-28T22:59:59Z", from: "2026-02-28T23:00:00Z" },
  ])("ends the refusal at midnight in the last time zone of the country $country: $born", async ({ country, born, ...times }) => {
    const { said } = gate();
    const person: Partial<SignUp> = { attributes: country === undefined ? {} : { country } };
    expect(await said(born, person, new Date(times.before))).toBe("age.too-young");
    expect(await said("1999-01-02", person, new Date(times.from))).toBe("age.second-date");
    expect(await said(born, person, new Date(times.from))).toBe("continue");
  });

  it("does not end the refusal of a person who then types a country with a lower minimum age", async () => {
    const { said } = gate();
    const [from, attributes] = [new Date("2026-06-15T12:00:00Z"), { country: "KR" }];
    expect(await said("2011-01-02", { attributes: { country: "DE" } }, from)).toBe("age.too-young");
    expect(await said("2011-01-02", { attributes }, new Date(from.getTime() + 3_600_000))).toBe("age.second-date");
  });
});

describe("a person who was too young", () => {
  const mailbox = { email: "kim@gmail.com", identities: [google("1")] };

  it("stays refused for a day, whatever date they type next", async () => {
    const { said } = gate();
    expect(await said("2020-01-02", mailbox)).toBe("age.too-young");
    expect(await said("1999-01-02", mailbox)).toBe("age.second-date");
    expect(await said("nonsense", mailbox)).toBe("age.second-date");
    expect(await said(undefined, mailbox)).toBe(`${BORN}: attribute.required`);
    // A repeated call hears what the first one heard.
    expect(await said("2020-01-02", mailbox)).toBe("age.too-young");
    const almost = new Date(NOW.getTime() + DAY_MS - 1_000);
    expect(await said("1999-01-02", mailbox, almost)).toBe("age.second-date");
  });

  it("may try again a day later, even if DynamoDB still has the row of the refusal", async () => {
    const { said } = gate();
    await said("2020-01-02", mailbox);
    expect(await said("1999-01-02", mailbox, new Date(NOW.getTime() + DAY_MS + 1_000))).toBe("continue");
  });

  it.each([
    { other: { email: "k.i.m+x@googlemail.com", identities: [google("1")] }, said: "age.second-date", who: "another spelling" },
    { other: { email: "kim@gmail.com", identities: [google("2")] }, said: "age.second-date", who: "another account" },
    {
      other: { email: "kim@gmail.com", identities: [{ issuer: "mail", issuerAssignedId: "kim@gmail.com" }] },
      said: "age.second-date",
      who: "another provider that proves the address",
    },
    { other: { email: "lee@gmail.com", identities: [google("2")] }, said: "continue", who: "another person" },
    { other: { ...mailbox, gate: "suppliers" }, said: "continue", who: "another gate, which may have another age" },
  ])("is recognized by mailbox: $who", async ({ other, said: hears }) => {
    const { said } = gate();
    await said("2020-01-02", mailbox);
    expect(await said("1999-01-02", other)).toBe(hears);
  });

  it("is recognized with every +tag", async () => {
    const { said } = gate();
    const byCode = (email: string) => ({ email, identities: [{ issuer: "mail", issuerAssignedId: email }] });
    await said("2020-01-02", byCode("kim@contoso.com"));
    expect(await said("1999-01-02", byCode("kim+1@contoso.com"))).toBe("age.second-date");
    expect(await said("1999-01-02", byCode("lee@contoso.com"))).toBe("continue");
  });

  it("is recognized by account, whatever address they type", async () => {
    const { said } = gate();
    const types = (email: string) => ({ email, emailTyped: true as const, identities: [google("9")] });
    await said("2020-01-02", types("kim@contoso.com"));
    expect(await said("1999-01-02", types("lee@contoso.com"))).toBe("age.second-date");
  });

  it.each([
    { how: "typing it", other: { ...mailbox, identities: [google("9")], emailTyped: true as const } },
    { how: "a provider that proves none", other: { ...mailbox, identities: [{ issuer: "facebook.com", issuerAssignedId: "9" }] } },
    { how: "an Entra account", other: { ...mailbox, identities: [] } },
  ])("cannot block the owner of an address that they claim by $how, or learn the owner's age", async ({ other }) => {
    const { said } = gate();
    await said("2020-01-02", other);
    expect(await said("1999-01-02", other)).toBe("age.second-date");
    expect(await said("1999-01-02", mailbox)).toBe("continue");
    const second = gate();
    await second.said("2020-01-02", mailbox);
    expect(await second.said("1999-01-02", other)).toBe("continue");
  });

  it("is stored as one keyed row that ends after a day and that export and erasure find", async () => {
    const { comes, tables } = gate();
    await comes("2020-01-02", mailbox);
    expect(tables.reads.map((keys) => keys.filter(({ key }) => key.id?.startsWith("age/")).length)).toEqual([1]);
    const [[id, row] = ["", {}]] = [...tables.rows].filter(([key]) => key.includes("age/"));
    expect(id).not.toMatch(/kim|gmail/);
    expect(row).toMatchObject({
      personId: buildPersonId("kim@gmail.com", hashOf),
      expires: NOW.getTime() / 1_000 + 86_400,
      refused: ["too-young"],
    });
  });

  it("is remembered even if another rule refuses them first", async () => {
    const refuses = makeRule({ name: "last", sets: [], decide: () => ({ kind: "block", reason: "own.reason" }) });
    const { said, tables } = gate(
      {},
      {
        before: [makeRule({ name: "asks", decide: () => ({ kind: "invalid", problems: [{ attribute: "city", reason: "own.city" }] }) })],
        after: [refuses],
      },
    );
    expect(await said("2020-01-02", mailbox)).toBe("age.too-young");
    expect([...tables.rows.keys()].some((key) => key.includes("age/"))).toBe(true);
  });
});

describe("the row of a too young person", () => {
  const rule = minimumAge(BORN, { years: 16 });
  const facebook = { issuer: "facebook.com", issuerAssignedId: "9" };
  const kim = person({ email: "kim@gmail.com", identities: [google("1")], attributes: { [BORN]: "" } });
  const personId = buildPersonId("kim@gmail.com", hashOf);
  const row = { table: "ledger", key: { id: `age/default/${personId}` } } as const;
  const typed = (born: string) => ({ received: { ...kim, attributes: { [BORN]: born } } });

  it.each<{ who: string; changes: Partial<SignUp>; id: string }>([
    { who: "whose address is proven", changes: {}, id: `default/${personId}` },
    { who: "at a gate", changes: { gate: "a/b" }, id: `a%2Fb/${personId}` },
    { who: "with another account", changes: { identities: [facebook] }, id: `default/${hashOf(JSON.stringify(["", "facebook.com/9"]))}` },
    {
      who: "without one",
      changes: { identities: [] },
      id: `default/${hashOf(JSON.stringify(["kim@gmail.com", "entra"]))}`,
    },
  ])("has the expected key for a person $who", ({ changes, id }) =>
    expect(rule.needs?.({ ...kim, ...changes }, hashOf, NOW)).toStrictEqual([{ table: "ledger", key: { id: `age/${id}` } }]),
  );

  it("is written for every outcome of the sign-up, and its refusal names the policy's minimum age", async () => {
    const tooYoung = { kind: "block", ...ruleText(ageTexts, "age.too-young", { years: 16 }), reason: "age.too-young" };
    expect(await saidBy(rule, kim, typed("2020-01-02"))).toStrictEqual({
      ...tooYoung,
      evidence: { minimum: "16" },
      effects: [
        {
          ...row,
          slots: "refused",
          holder: "too-young",
          atMost: 1,
          set: { personId, expires: NOW.getTime() / 1_000 + 86_400 },
          always: true,
          onConflict: tooYoung,
        },
      ],
    });
  });

  const now = NOW.getTime() / 1_000;
  it.each([
    { given: "in force", expires: now + 1, isHeld: true },
    { given: "over this very second", expires: now, isHeld: false },
    { given: "with an end that somebody wrote as a text", expires: `${now + 1}`, isHeld: false },
  ])("blocks the person until the row expires, and the record names the row: $given", async ({ expires, isHeld }) =>
    expect(await saidBy(rule, kim, { rows: [[row, { expires }]], ...typed("1999-01-02") })).toStrictEqual(
      isHeld
        ? { kind: "block", reason: "age.second-date", message: ageTexts["age.second-date"], evidence: { ledger: row.key.id } }
        : { kind: "continue" },
    ),
  );
});

describe("an age", () => {
  it.each([
    { born: "2008-02-29", today: "2026-02-28", age: 17 },
    { born: "2008-02-29", today: "2026-03-01", age: 18 },
    { born: "2008-02-29", today: "2028-02-29", age: 20 },
    { born: "2008-03-01", today: "2026-03-01", age: 18 },
    { born: "2026-03-02", today: "2026-03-01", age: -1 },
  ])("from $born to $today is $age", ({ born, today, age }) => expect(ageOn(today, born)).toBe(age));

  const days = fc
    .date({ min: new Date("1900-01-01T00:00:00Z"), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

  it("never grows with a later birth, nor shrinks on a later day", () =>
    fc.assert(
      fc.property(days, days, days, (one, other, third) => {
        const [earlier, later] = one < other ? [one, other] : [other, one];
        expect(ageOn(third, earlier)).toBeGreaterThanOrEqual(ageOn(third, later));
        expect(ageOn(later, third)).toBeGreaterThanOrEqual(ageOn(earlier, third));
      }),
    ));
});

it.each<{ options: unknown; says: RegExp }>([
  { options: undefined, says: /takes options, like \{ years: … \}, not undefined/ },
  { options: {}, says: /years must be a number/ },
  { options: { years: { KR: 14 } }, says: /one for all others/ },
  { options: { years: { default: 16, Korea: 14 } }, says: /write "KR"/ },
  { options: { years: { default: 16, kr: 14 } }, says: /write "KR"/ },
  { options: { years: { default: 16, gb: 13 } }, says: /write "GB"/ },
  { options: { years: { default: 16, Nowhere: 13 } }, says: /write one like "KR"/ },
  { options: { years: 0 }, says: /from 1 to 99/ },
  { options: { years: 16.5 }, says: /from 1 to 99/ },
  { options: { years: 16, country: "" }, says: /short name/ },
  { options: { years: 16, order: "iso" }, says: /order must be one of/ },
  { options: { years: 16, keep: "yes" }, says: /keep is true or false/ },
  { options: { years: 16, keep: true, instead: "x" }, says: /makes no sense/ },
  { options: { years: 16, age: 3 }, says: /has no option "age"/ },
])("rejects $options at load", ({ options, says }) => expect(() => minimumAge(BORN, options as MinimumAgeOptions)).toThrow(says));
