import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { problemsMessage } from "../../../engine/messages";
import { validate } from "../../../engine/rules/validate";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser, type StepOptions } from "../../../engine/sign-up/policy";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { person, world } from "../sign-up/people";

/** What the person reads; undefined if there is nothing to say. */
async function told(schema: StandardSchemaV1, attributes: Attributes, locale = "en", options: StepOptions = {}) {
  const { answer } = await decide(beforeCreateUser([validate(schema)]), person({ attributes, locales: [locale] }), world());
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
  ])("lets $given pass and changes nothing", async ({ attributes }) => expect(await told(title, attributes as Attributes)).toEqual(passes));

  it("changes nothing even if the schema would", async () => {
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
    { locale: "en", text: "Job Title: Invalid length: Expected >=5 but received 2." },
    { locale: "ko-KR", text: /^직함: .*[가-힣].*5.*2/ },
    { locale: "ja-JP", text: /^役職: .*[ぁ-ん].*5.*2/ },
    { locale: "de", text: "Position: Ungültige Länge: >=5 erwartet aber 2 erhalten." },
    { locale: "fi", text: "Job Title: Invalid length: Expected >=5 but received 2." },
  ])("speaks valibot's own words in $locale", async ({ locale, text }) =>
    expect(await told(title, { jobTitle: "CE" }, locale)).toMatch(text),
  );

  it("keeps the schema's own text", async () => {
    const own = v.object({ jobTitle: v.pipe(v.string(), v.minLength(5, "직함을 더 자세히 쓰세요")) });
    expect(await told(own, { jobTitle: "CE" }, "ko")).toBe("직함: 직함을 더 자세히 쓰세요.");
  });

  it("keeps the schema's own text for a missing attribute too", async () => {
    expect(await told(v.object({ jobTitle: v.string() }, "We need your title"), {})).toBe("Job Title: We need your title.");
  });

  it("tells of all problems in one message, in the form's words and one's own", async () => {
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

  it("sees the e-mail address", async () => {
    const schema = v.object({ email: v.pipe(v.string(), v.endsWith("@fabrikam.com", "Use the address we invited")) });
    expect(await told(schema, {})).toBe("Email Address: Use the address we invited.");
  });

  it("takes problems that concern no one attribute", async () => {
    const schema = v.pipe(
      v.looseObject({}),
      v.check(() => false, "City and country do not fit"),
    );
    expect(await told(schema, {})).toBe("City and country do not fit.");
  });

  it("never speaks of undefined", async () => {
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
    ...(values.city === "Seoul" ? [] : [{ message: "Only Seoul", path: ["city"] }]),
    ...(values.state === undefined ? [{ message: "Required", path: [{ key: "state" }] }] : []),
    ...(values.country === undefined ? [{ message: "expected string, received undefined", path: ["country"] }] : []),
  ];

  it.each([
    { how: "at once", asynchronous: false },
    { how: "later", asynchronous: true },
  ])("may answer $how", async ({ asynchronous }) => {
    const schema = handMade(check, asynchronous);
    expect(await told(schema, { city: "Busan" })).toBe(
      "City: Only Seoul. State/Province: Required. Country/Region: Please fill in this field.",
    );
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
  ])("that $does fails closed", async ({ schema }) =>
    expect(await told(schema, {})).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" }),
  );

  it.each([{ email: "x" }, {}, undefined, null, () => true, { "~standard": { version: 2 } }])("is not %p", (schema) => {
    expect(() => validate(schema as never)).toThrow(/Standard Schema/);
  });
});

describe("two people of two languages at once", () => {
  it("each hear their own", async () => {
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
    expect(korean).toMatch(/^직함: .*[가-힣]/);
    expect(japanese).toMatch(/^役職: .*[ぁ-ん]/);
    expect(english).toBe("Job Title: Invalid length: Expected >=5 but received 2.");
  });

  it("leave valibot's own setting as it was", async () => {
    v.setGlobalConfig({ lang: "de" });
    await told(title, {}, "ko");
    expect(v.getGlobalConfig().lang).toBe("de");
    v.deleteGlobalConfig();
  });
});
