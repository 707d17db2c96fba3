import type { StandardSchemaV1 } from "@standard-schema/spec";
import fc from "fast-check";
import * as v from "valibot";
import { catalogues, problemsMessage } from "../../../engine/messages";
import { schemaTexts } from "../../../engine/messages/schema";
import { decide } from "../../../engine/sign-up/engine";
import { AddressNeededError } from "../../../engine/sign-up/failure";
import type { StepOptions } from "../../../engine/sign-up/policy";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { text } from "../../../engine/sign-up/text";
import { schemaProblem, validate } from "../../../features/validate/rule";
import { saidBy } from "../../engine/rules/said-by";
import { NOW, person, world } from "../../engine/sign-up/people";
import { anyCharacter } from "../../support/any-character";
import { anyPolicy } from "../../support/any-policy";

/** What the person reads; undefined if there is nothing to say. */
async function told(schema: StandardSchemaV1, attributes: Attributes, locale = "en", options: StepOptions = {}) {
  const { answer } = await decide(anyPolicy([validate(schema)]), person({ attributes, locales: [locale] }), world());
  return answer.kind === "invalid" ? problemsMessage(answer.problems, { locales: [locale], options }) : answer;
}

/** A Standard Schema made by hand. */
function handMade(check: (values: Record<string, unknown>) => readonly StandardSchemaV1.Issue[], asynchronous = false): StandardSchemaV1 {
  const result = (value: unknown) => {
    const issues = check(value as Record<string, unknown>);
    return issues.length > 0 ? { issues } : { value };
  };
  return {
    "~standard": {
      version: 1,
      vendor: "hand-made",
      validate: (value) => (asynchronous ? new Promise((resolve) => setTimeout(() => resolve(result(value)), 5)) : result(value)),
    },
  };
}

const passes = { kind: "continue", attributes: {} };
const title = v.object({ jobTitle: v.pipe(v.string(), v.minLength(5)) });

describe("validate", () => {
  it.each([
    { given: "enough", attributes: { jobTitle: "Buyer" } },
    { given: "more than the schema knows", attributes: { jobTitle: "Buyer", extension_Seats: 25 } },
  ])("accepts $given and changes nothing", async ({ attributes }) => expect(await told(title, attributes as Attributes)).toEqual(passes));

  it("changes no value even if the schema transforms values", async () => {
    const shaping = v.object({ jobTitle: v.pipe(v.string(), v.trim(), v.toUpperCase()), city: v.optional(v.string(), "Seoul") });
    expect(await told(shaping, { jobTitle: " buyer " })).toEqual(passes);
  });

  it.each([
    { locale: "en", text: "Job Title: Please fill in this field." },
    { locale: "ko-KR", text: "직함: 이 항목을 입력하세요." },
    { locale: "ja", text: "役職: この項目を入力してください。" },
    { locale: "fr", text: "Fonction\u00a0: Veuillez remplir ce champ." },
    { locale: "fi", text: "Job Title: Please fill in this field." },
  ])("asks for a missing attribute in $locale", async ({ locale, text }) => expect(await told(title, {}, locale)).toBe(text));

  it.each([
    { locale: "en", says: "Job Title: Please enter at least 5 characters." },
    { locale: "ko-KR", says: "직함: 5자 이상 입력하세요." },
    { locale: "ja-JP", says: "役職: 5 文字以上で入力してください。" },
    { locale: "zh-CN", says: "职务：请至少输入 5 个字符。" },
    { locale: "zh-TW", says: "Job Title: Please enter at least 5 characters." },
    { locale: "de", says: "Position: Bitte geben Sie mindestens 5 Zeichen ein." },
    { locale: "fr-CA", says: "Fonction\u00a0: Veuillez saisir au moins 5 caractères." },
    { locale: "es-MX", says: "Puesto: Escriba al menos 5 caracteres." },
    { locale: "pt-PT", says: "Cargo: Digite pelo menos 5 caracteres." },
    { locale: "fi", says: "Job Title: Please enter at least 5 characters." },
  ])("names the problem in $locale", async ({ locale, says }) => expect(await told(title, { jobTitle: "CE" }, locale)).toBe(says));

  const string = (...checks: v.PipeItem<string, string, v.BaseIssue<unknown>>[]) => v.pipe(v.string(), ...checks);
  const number = (...checks: v.PipeItem<number, number, v.BaseIssue<unknown>>[]) => v.pipe(v.number(), ...checks);
  it.each([
    { check: "a pattern", schema: string(v.regex(/^[A-Z]{2}\d{3}$/)), value: "<b>x", says: "This value does not have the right form." },
    { check: "a slug", schema: string(v.slug()), value: "A b", says: "This value does not have the right form." },
    { check: "an end", schema: string(v.endsWith(".org")), value: "a.com", says: "This value does not have the right form." },
    { check: "most characters", schema: string(v.maxLength(5)), value: "123456", says: "Please enter at most 5 characters." },
    { check: "one character", schema: string(v.maxLength(1)), value: "ab", says: "This value is too long." },
    { check: "graphemes", schema: string(v.minGraphemes(2)), value: "a", says: "Please enter at least 2 characters." },
    { check: "a length", schema: string(v.length(5)), value: "1234", says: "Please enter exactly 5 characters." },
    { check: "no letter at all", schema: string(v.minLength(1)), value: "", says: "Please fill in this field." },
    { check: "nothing", schema: string(v.nonEmpty()), value: "", says: "Please fill in this field." },
    { check: "bytes", schema: string(v.maxBytes(5)), value: "123456", says: "This value is too long." },
    { check: "words", schema: string(v.minWords("en", 2)), value: "one", says: "This value is too short." },
    { check: "a list of values", schema: v.picklist(["Seoul", "Busan"]), value: "Mars", says: "This is not one of the permitted values." },
    { check: "one value", schema: v.literal(true), value: false, says: "This is not one of the permitted values." },
    { check: "an address", schema: string(v.email()), value: "x", says: "This is not an e-mail address." },
    { check: "a URL", schema: string(v.url()), value: "x", says: "This is not a web address." },
    { check: "digits", schema: string(v.digits()), value: "x", says: "Please enter digits only." },
    { check: "a number", schema: v.number(), value: "x", says: "This is not a number." },
    { check: "a whole number", schema: number(v.integer()), value: 1.5, says: "This is not a whole number." },
    { check: "a date", schema: string(v.isoDate()), value: "x", says: "This is not a date." },
    { check: "the smallest", schema: number(v.minValue(3)), value: 1, says: "Please enter a number of 3 or more." },
    { check: "the largest", schema: number(v.maxValue(3)), value: 4, says: "Please enter a number of 3 or less." },
    { check: "more than", schema: number(v.gtValue(3)), value: 3, says: "Please enter a number greater than 3." },
    { check: "less than", schema: number(v.ltValue(3)), value: 3, says: "Please enter a number less than 3." },
    { check: "a multiple", schema: number(v.multipleOf(5)), value: 3, says: "Please enter a multiple of 5." },
    { check: "the first text", schema: string(v.minValue("2026-01-01")), value: "2025", says: "This value is too small." },
    { check: "a type", schema: v.string(), value: 7, says: "This value is not valid." },
    { check: "one of several", schema: v.union([v.number(), v.boolean()]), value: "x", says: "This value is not valid." },
    { check: "a check of one's own without a text", schema: string(v.check(() => false)), value: "x", says: "This value is not valid." },
    { check: "a list", schema: v.pipe(v.array(v.string()), v.minLength(2)), value: ["a"], says: "This value is not valid." },
  ])("has its own wording for $check", async ({ schema, value, says }) =>
    expect(await told(v.object({ extension_X: schema }), { extension_X: value } as Attributes)).toBe(`X: ${says}`),
  );

  it("shows the person the policy's own text that the schema holds", async () => {
    const own = v.object({ jobTitle: v.pipe(v.string(), v.minLength(5, text({ en: "Your whole job title!", ko: "직함을 모두 쓰세요" }))) });
    expect(await told(own, { jobTitle: "CE" }, "ko-KR")).toBe("직함: 직함을 모두 쓰세요.");
    expect(await told(own, { jobTitle: "CE" }, "fr")).toBe("Fonction\u00a0: Veuillez saisir au moins 5 caractères.");
    expect(await told(own, { jobTitle: "CE" }, "fi")).toBe("Job Title: Your whole job title!");
  });

  it("uses the policy's own text also if a function in the schema returns the text", async () => {
    const own = v.object({ jobTitle: v.string(() => text({ en: "We need it", ko: "필요합니다" })) });
    expect(await told(own, { jobTitle: 5 }, "ko")).toBe("직함: 필요합니다.");
  });

  it("reads the attribute names of an object schema, for their labels", () => {
    expect(validate(title).asks).toEqual(["jobTitle"]);
    expect(
      validate(
        v.pipe(
          v.object({ city: v.string(), state: v.string() }),
          v.check(() => true),
        ),
      ).asks,
    ).toEqual(["city", "state"]);
    expect(validate(handMade(() => [])).asks).toEqual([]);
  });

  it.each([
    { tool: "zod 4.6.7, z.object", members: { type: "object", shape: { city: 1 }, def: {} }, asks: ["city"], reads: [] },
    {
      tool: "zod, strictObject",
      members: { type: "object", shape: { city: 1 }, def: { catchall: { type: "never" } } },
      asks: ["city"],
      reads: [],
    },
    {
      tool: "zod, looseObject",
      members: { type: "object", shape: { city: 1 }, def: { catchall: { type: "unknown" } } },
      asks: ["city"],
      reads: ["*"],
    },
    { tool: "ArkType 2.2.10", members: { props: [{ kind: "required", key: "city", value: 1 }] }, asks: ["city"], reads: ["*"] },
    {
      tool: "ArkType, a union",
      members: Object.defineProperty({}, "props", {
        get: () => {
          throw new Error("Props cannot be extracted from a union.");
        },
      }),
      asks: [],
      reads: ["*"],
    },
    { tool: "Effect 4.1.0, toStandardSchemaV1", members: { fields: { city: 1 } }, asks: ["city"], reads: ["*"] },
  ])("reads the attribute names of another library's schema, or reports that it cannot: $tool", ({ members, asks, reads }) => {
    const schema = Object.defineProperties(
      handMade(() => []),
      Object.getOwnPropertyDescriptors(members),
    );
    expect(validate(schema)).toMatchObject({ asks, reads });
  });

  const words = text({ en: "Your whole job title", ko: "직함을 모두 쓰세요" });
  const pattern = { code: "pattern", message: 'jobTitle must be matched by ^A (was "CE")', path: ["jobTitle"] };
  const both = (message: string) => `jobTitle ("CE") must be...\n  ◦ matched by ^A\n  ◦ ${message}`;
  it.each([
    { tool: "ArkType 2.2.10, .describe", issue: { message: `jobTitle must be ${words} (was 2)` } },
    { tool: "ArkType 2.2.10, .describe beside another check", issue: { message: both(words) } },
    {
      tool: "ArkType 2.2.10, .configure beside another check",
      issue: { code: "intersection", message: both("at least length 5"), errors: [pattern, { message: words, path: ["jobTitle"] }] },
    },
  ])("finds the policy's own text in another library's issue: $tool", async ({ issue }) =>
    expect(
      await told(
        handMade(() => [{ path: ["jobTitle"], ...issue }]),
        { jobTitle: "CE" },
        "ko",
      ),
    ).toBe("직함: 직함을 모두 쓰세요."),
  );

  it("keeps the schema's own text", async () => {
    const own = v.object({ jobTitle: v.pipe(v.string(), v.minLength(5, "직함을 더 자세히 쓰세요")) });
    expect(await told(own, { jobTitle: "CE" }, "ko")).toBe("직함: 직함을 더 자세히 쓰세요.");
  });

  it("keeps the schema's own text for a missing attribute too", async () => {
    expect(await told(v.object({ jobTitle: v.string() }, "We need your title"), {})).toBe("Job Title: We need your title.");
  });

  const need = text({ en: "Tell us your job", ko: "직함이 필요합니다" });
  it.each([
    { given: "of its type", schema: v.string(need) },
    { given: "of its type, before checks", schema: v.pipe(v.string(need), v.minLength(5, "Too short")) },
    { given: "of nonEmpty", schema: v.pipe(v.string(), v.nonEmpty(need), v.minLength(5, "Too short")) },
    { given: "made by a function", schema: v.string(() => need) },
    { given: "of a list of values", schema: v.picklist(["Buyer"], need) },
    { given: "of the field, before the object's", schema: v.string(need), more: "We need all of these" },
  ])("shows the policy's own text for a missing attribute: $given", async ({ schema, more }) => {
    const all = v.object({ jobTitle: schema }, more);
    expect(await told(all, {}, "ko")).toBe("직함: 직함이 필요합니다.");
    expect(await told(all, {}, "en")).toBe("Job Title: Tell us your job.");
    const { answer } = await decide(anyPolicy([validate(all)]), person({ attributes: {} }), world());
    expect(answer).toMatchObject({ problems: [{ attribute: "jobTitle", reason: "attribute.required" }] });
  });

  it("asks in Gatehouse's words for a missing attribute if the schema's texts are only about typed values", async () => {
    const own = v.object({ postalCode: v.pipe(v.string(), v.minLength(5, "Five digits!"), v.regex(/^\d+$/, "Digits!")) });
    expect(await told(own, {})).toBe("Postal Code: Please fill in this field.");
  });

  const code = (...checks: v.PipeItem<string, string, v.BaseIssue<unknown>>[]) => v.object({ extension_X: v.pipe(v.string(), ...checks) });
  it.each([
    { given: "the first of ours", schema: code(v.minLength(8), v.regex(/^A/), v.digits()), says: "X: Please enter at least 8 characters." },
    { given: "the policy's, wherever it is", schema: code(v.minLength(8), v.regex(/^A/, "Like A-1234567")), says: "X: Like A-1234567." },
    { given: "the first of the policy's", schema: code(v.minLength(8, "Eight!"), v.regex(/^A/, "An A!")), says: "X: Eight!" },
  ])("shows one sentence for an attribute: $given", async ({ schema, says }) =>
    expect(await told(schema, { extension_X: "b" })).toBe(says),
  );

  it("shows each problem that belongs to no single attribute", async () => {
    const schema = v.pipe(
      v.looseObject({}),
      v.check(() => false, "City and country do not fit"),
      v.check(() => false, "Nobody is let in today"),
    );
    expect(await told(schema, {})).toBe("City and country do not fit. Nobody is let in today.");
  });

  it("lists all problems in one message, in the form's words or in the policy's own", async () => {
    const schema = v.object({
      jobTitle: v.pipe(v.string(), v.minLength(5, "Too short")),
      postalCode: v.pipe(v.string(), v.regex(/^\d{5}$/, "Five digits!")),
      extension_PartnerNumber: v.string(),
      extension_Seats: v.number(),
    });
    const labels = { extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } };
    expect(await told(schema, { jobTitle: "CE", postalCode: "1" }, "en", { labels })).toBe(
      "Job Title: Too short. Postal Code: Five digits! Partner number: Please fill in this field. Seats: Please fill in this field.",
    );
    expect(await told(schema, { jobTitle: "Buyer", postalCode: "12345", extension_Seats: 5 }, "ko", { labels })).toBe(
      "파트너 번호: 이 항목을 입력하세요.",
    );
  });

  it("passes the e-mail address to the schema", async () => {
    const schema = v.object({ email: v.pipe(v.string(), v.endsWith("@fabrikam.com", "Use the address we invited")) });
    expect(await told(schema, {})).toBe("Email Address: Use the address we invited.");
  });

  it("accepts problems that belong to no single attribute", async () => {
    const schema = v.pipe(
      v.looseObject({}),
      v.check(() => false, "City and country do not fit"),
    );
    expect(await told(schema, {})).toBe("City and country do not fit.");
  });

  it("never shows the word undefined", async () => {
    const schema = v.object({
      jobTitle: v.string(),
      city: v.picklist(["Seoul"]),
      extension_News: v.boolean(),
    });
    for (const locale of ["en", "ko", "ja"]) expect(await told(schema, {}, locale)).not.toContain("undefined");
  });
});

describe("a Standard Schema of any make", () => {
  const check = (values: Record<string, unknown>): StandardSchemaV1.Issue[] => [
    ...(values.city === "Seoul" ? [] : [{ message: text({ en: "Only Seoul", ko: "서울만" }), path: ["city"] }]),
    ...(values.jobTitle === undefined ? [] : [{ message: `Invalid: "${values.jobTitle}"`, path: ["jobTitle"] }]),
    ...(values.state === undefined ? [{ message: "Required", path: [{ key: "state" }] }] : []),
    ...(values.country === undefined ? [{ message: "expected string, received undefined", path: ["country"] }] : []),
  ];

  it.each([
    { how: "at once", asynchronous: false },
    { how: "later", asynchronous: true },
  ])("is accepted if it answers $how", async ({ asynchronous }) => {
    const schema = handMade(check, asynchronous);
    expect(await told(schema, { city: "Busan" })).toBe(
      "City: Only Seoul. State/Province: Please fill in this field. Country/Region: Please fill in this field.",
    );
    expect(await told(schema, { city: "Seoul", state: "x", country: "KR", jobTitle: "<b>" })).toBe("Job Title: This value is not valid.");
    expect(await told(schema, { city: "Seoul", state: "x", country: "KR" })).toEqual(passes);
  });

  it.each([
    {
      does: "throws",
      schema: handMade(() => {
        throw new Error("broken");
      }),
    },
    {
      does: "names no problem",
      schema: { "~standard": { version: 1, vendor: "x", validate: () => ({ issues: [] }) } } as StandardSchemaV1,
    },
    { does: "answers nothing", schema: { "~standard": { version: 1, vendor: "x", validate: () => undefined } } as never },
    {
      does: "rejects",
      schema: { "~standard": { version: 1, vendor: "x", validate: () => Promise.reject(new Error("no")) } } as StandardSchemaV1,
    },
  ])("fails closed if it $does", async ({ schema }) =>
    expect(await told(schema, {})).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" }),
  );

  it.each([{ email: "x" }, {}, undefined, null, () => true, { "~standard": { version: 2 } }])("is not accepted if it is %p", (schema) => {
    expect(() => validate(schema as never)).toThrow(/Standard Schema/);
  });
});

describe("two people with different languages at once", () => {
  it("each get messages in their own language", async () => {
    const slow = v.objectAsync({
      jobTitle: v.pipeAsync(
        v.string(),
        v.checkAsync(async () => await new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 10))),
        v.minLength(5),
      ),
    });
    const [korean, japanese, english] = await Promise.all([
      told(slow, { jobTitle: "CE" }, "ko"),
      told(slow, { jobTitle: "CE" }, "ja"),
      told(slow, { jobTitle: "CE" }, "en"),
    ]);
    expect(korean).toBe("직함: 5자 이상 입력하세요.");
    expect(japanese).toBe("役職: 5 文字以上で入力してください。");
    expect(english).toBe("Job Title: Please enter at least 5 characters.");
  });

  it("do not change valibot's global setting", async () => {
    v.setGlobalConfig({ lang: "de" });
    await told(title, {}, "ko");
    expect(v.getGlobalConfig().lang).toBe("de");
    v.deleteGlobalConfig();
  });
});

/** Letters that no text of ours and no label has in this order. */
const typed = fc.string({ unit: anyCharacter, maxLength: 12 }).map((rest) => `Zq${rest}qZ`);
const source = fc.stringMatching(/^[a-z]{3,8}$/).map((letters) => `^Xj${letters}jX$`);
const checks = fc.oneof(
  source.map((pattern) => v.regex(new RegExp(pattern))),
  source.map((pattern) => v.startsWith(pattern)),
  source.map((pattern) => v.value(pattern)),
  source.map((pattern) => v.excludes(pattern)),
  fc.constantFrom(v.email(), v.url(), v.digits(), v.isoDate(), v.uuid(), v.decimal(), v.rfcEmail()),
  fc.nat(100).map((count) => v.maxLength(count)),
  fc.nat(100).map((count) => v.length(count)),
  fc.constant(v.check<string>(() => false)),
);
const schemas = fc.oneof(
  fc.array(checks, { minLength: 1, maxLength: 3 }).map((each) => v.pipe(v.string(), ...(each as [v.RegexAction<string, undefined>]))),
  fc.array(source, { minLength: 1 }).map((options) => v.picklist(options)),
  source.map((value) => v.literal(value)),
  fc.constantFrom(v.number(), v.boolean(), v.date(), v.never(), v.union([v.number(), v.literal("^Xjabcjx$")])),
);

it("a message shows neither the typed value nor the pattern, and never more than one line", async () => {
  let [tried, problems] = [0, 0];
  await fc.assert(
    fc.asyncProperty(schemas, typed, fc.constantFrom(...catalogues), async (schema, value, { language }) => {
      const strict = v.strictObject({ extension_Code: schema });
      tried++;
      const message = await told(strict as never, { extension_Code: value, [`extension_\u202e\n${language}`]: "x" }, language);
      if (typeof message !== "string") return;
      problems++;
      expect(message).not.toMatch(/Zq|qZ|Xj|jX|undefined|Invalid|Expected/);
      expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    }),
    { numRuns: 1_000 },
  );
  expect(problems / tried).toBeGreaterThan(0.9);
});

const invalid = (message?: unknown) => ({ attribute: "city", reason: "attribute.invalid", ...(message !== undefined && { message }) });
const required = { attribute: "city", reason: "attribute.required" };

/** What the person hears of one issue with the city that they typed. */
function problemOf(issue: object, { vendor = "valibot", typed = "x" as string | null } = {}) {
  return schemaProblem(
    { message: "Invalid type: Received x", path: ["city"], ...issue } as never,
    vendor,
    typed === null ? {} : { city: typed },
  );
}

const ours = { received: '"x"' };

it.each([
  { given: "the library's own words", issue: { ...ours, message: 'Invalid city: Received "x"' }, problem: invalid() },
  {
    given: "the library's own words, with what it expected",
    issue: { ...ours, expected: "/^y/", message: 'Invalid format: Expected /^y/ but received "x"' },
    problem: invalid(),
  },
  { given: "words that only begin as its own", issue: { ...ours, message: "Invalid city" }, problem: invalid("Invalid city") },
  { given: "words that only end as its own", issue: { ...ours, message: 'Oh: Received "x"' }, problem: invalid('Oh: Received "x"') },
  {
    given: "words that quote something else than it received",
    issue: { ...ours, message: 'Invalid city: Received "y"' },
    problem: invalid('Invalid city: Received "y"'),
  },
])("the policy's own texts are distinguished from the library's: $given", ({ issue, problem }) =>
  expect(problemOf(issue)).toStrictEqual(problem),
);

const theirs = (more: object) => ({ message: "Invalid x: Received undefined", ...more });

it.each([
  { given: "too few characters of none", issue: theirs({ type: "min_length", input: "", requirement: 5 }), problem: required },
  { given: "nothing where something has to be", issue: theirs({ type: "non_empty", input: "" }), problem: required },
  {
    given: "nothing in another form",
    issue: theirs({ type: "regex", input: "" }),
    problem: { ...invalid(schemaTexts.form), wording: { variant: "form" } },
  },
  {
    given: "a limit that is no number",
    issue: theirs({ type: "min_value", input: "2", requirement: "5" }),
    problem: { ...invalid(schemaTexts.small), wording: { variant: "small" } },
  },
  {
    given: "a limit without end",
    issue: theirs({ type: "max_value", input: 2, requirement: Number.NaN }),
    problem: { ...invalid(schemaTexts.large), wording: { variant: "large" } },
  },
  { given: "a kind nobody knows", issue: theirs({ type: "constructor", input: "x" }), problem: invalid() },
])("each kind of issue has a text: $given", ({ issue, problem }) => expect(problemOf(issue)).toStrictEqual(problem));

it("an issue of another library gets no text of Gatehouse's, whatever its name", () =>
  expect(problemOf({ type: "regex" }, { vendor: "zod" })).toStrictEqual(invalid()));

it("a missing value is reported as a request to fill it in", () =>
  expect(problemOf(theirs({ type: "regex" }), { typed: null })).toEqual(required));

it("an issue with the whole form names no attribute", () =>
  expect(schemaProblem({ message: "No." }, "valibot", {})).toStrictEqual({ reason: "attribute.invalid", message: "No." }));

describe("a schema from a function", () => {
  const schemaWith = (issues: readonly StandardSchemaV1.Issue[], seen: unknown[] = []) => ({
    entries: { city: {}, email: {} },
    "~standard": {
      version: 1,
      vendor: "hand-made",
      validate(value: unknown) {
        seen.push(value);
        return issues.length > 0 ? { issues } : { value };
      },
    } as const,
  });
  const nameless = person({ email: "", identities: [{ issuer: "google.com", issuerAssignedId: "1" }], attributes: { city: "Seoul" } });
  const about = (name: string) => ({ message: "no", path: [name] });

  it("is requested at sign-up time, and once more when the policy is loaded", async () => {
    const times: unknown[] = [];
    const rule = validate((at) => {
      times.push(at);
      return schemaWith([]) as never;
    });
    expect(times).toStrictEqual([{ now: new Date(0) }]);
    expect(rule.asks).toEqual(["city", "email"]);
    expect(await saidBy(rule, person())).toStrictEqual({ kind: "continue" });
    expect(times).toStrictEqual([{ now: new Date(0) }, { now: NOW }]);
  });

  it("may itself be a function", async () => {
    const schema = Object.assign(() => expect.unreachable(), schemaWith([about("city")]));
    expect((await saidBy(validate(schema as never), person())).kind).toBe("invalid");
  });

  it("receives the address beside the attributes if there is an address", async () => {
    const seen: unknown[] = [];
    const rule = validate(schemaWith([], seen) as never);
    await saidBy(rule, person({ attributes: { city: "Seoul" } }));
    await saidBy(rule, nameless);
    expect(seen).toStrictEqual([{ city: "Seoul", email: "kim@contoso.com" }, { city: "Seoul" }]);
  });

  it.each([
    { issues: [about("city")], needs: false },
    { issues: [about("city"), about("email")], needs: true },
  ])("fails for a sign-up without an address only if the schema needs the address: $issues, $needs", async ({ issues, needs }) => {
    const said = saidBy(validate(schemaWith(issues) as never), nameless);
    if (needs) await expect(said).rejects.toThrow(AddressNeededError);
    else expect((await said).kind).toBe("invalid");
  });
});

describe("the text for a missing value", () => {
  const absent = (member: unknown, vendor = "valibot") =>
    schemaProblem({ message: "Invalid key: Received undefined", path: ["city"] } as never, vendor, {}, { entries: { city: member } });
  it.each([
    { given: "its own, a plain one", problem: () => absent({ message: "Your city" }), message: "Your city" },
    {
      given: "its own, in languages",
      problem: () => absent({ message: text({ en: "City", ko: "도시" }) }),
      message: { en: "City", ko: "도시" },
    },
    { given: "none of another library's", problem: () => absent({ message: "Your city" }, "zod"), message: undefined },
    { given: "none of a member that is null", problem: () => absent(null), message: undefined },
  ])("is $given", ({ problem, message }) =>
    expect(problem()).toStrictEqual({ attribute: "city", reason: "attribute.required", ...(message !== undefined && { message }) }),
  );
});
