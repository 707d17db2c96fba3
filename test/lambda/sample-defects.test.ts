import * as v from "valibot";
import { afterSignIn, beforeCreateUser } from "../../engine/sign-up/policy";
import { makeRule } from "../../engine/sign-up/rule";
import { accessList } from "../../features/access-list/rule";
import { format, titleCase } from "../../features/format/rule";
import { validate } from "../../features/validate/rule";
import { rowsOf } from "../adapters/aws/aws-double";
import { CONTINUE } from "../engine/sign-up/people";
import { asking, surroundings } from "./invoke";

// Each defect of the documentation's sample function, so that none of them comes back.

const { aws, output } = surroundings();
beforeEach(() => aws.will(rowsOf({ "fabrikam.com": "allow" })));

const jobTitle = v.object({ jobTitle: v.pipe(v.string(), v.minLength(5)) });
const sample = beforeCreateUser([format({ displayName: titleCase }), accessList(), validate(jobTitle)], { trust: "any" });
const kim = { email: "kim@fabrikam.com", displayName: "kim" };

describe("unlike the sample, Gatehouse", () => {
  it.each([
    { title: undefined, action: "ValidationError" },
    { title: "CEO", action: "ValidationError" },
    { title: "Boss", action: "ValidationError" },
    { title: "Buyer", action: "Continue" },
  ])("stops the flow on invalid input: job title $title, $action", async ({ title, action }) => {
    const answered = await asking(sample)({ body: { ...kim, jobTitle: title } });
    expect(answered).toMatchObject({ status: action === "Continue" ? 200 : 400, body: { action } });
  });

  it("validates nothing after sign-in, where the form is still empty", async () => {
    const answered = await asking(afterSignIn([accessList()], { trust: "any" }))({ body: kim });
    expect(answered).toMatchObject({ status: 200, body: { action: "Continue" } });
  });

  it.each([
    { ui_locales: undefined, text: /^Job Title: / },
    { ui_locales: "en-US", text: /^Job Title: / },
    { ui_locales: "ko-KR", text: /^직함: / },
    { ui_locales: "ja", text: /^役職: / },
  ])("speaks the requested language: $ui_locales", async ({ ui_locales, text }) => {
    expect((await asking(sample)({ body: { ...kim, ui_locales } })).body.userMessage).toMatch(text);
  });

  it("does not log the body", async () => {
    await asking(sample)({ body: { ...kim, jobTitle: "Procurement Lead" } });
    expect(output.text()).toContain('"message":"decided"');
    expect(output.text()).not.toMatch(/kim|fabrikam|Procurement/i);
  });

  it.each([
    { email: "KIM@FABRIKAM.COM", action: "Continue" },
    { email: "kim@farbicam.com", action: "ShowBlockPage" },
    { email: "kim@fabrikam.com.example", action: "ShowBlockPage" },
    { email: undefined, action: "ShowBlockPage" },
    { email: "kim", action: "ShowBlockPage" },
  ])("compares domains case-insensitively, and answers a bad address with a page, not a bare 400: $email", async ({ email, action }) => {
    const answered = await asking(sample)({ body: { ...kim, jobTitle: "Buyer", email } });
    expect(answered).toMatchObject({ status: 200, body: { version: "1.0.0", action } });
  });

  it("decides by the list only: no domain is built in", async () => {
    aws.will(rowsOf({}));
    expect((await asking(sample)({ body: { ...kim, jobTitle: "Buyer" } })).body.action).toBe("ShowBlockPage");
  });

  it("answers once: no later part replaces a refusal", async () => {
    const late = vi.fn(() => CONTINUE);
    aws.will(rowsOf({ "fabrikam.com": "deny" }));
    const answered = await asking(beforeCreateUser([accessList(), makeRule({ name: "late", decide: late })], { trust: "any" }))({
      body: kim,
    });
    expect(answered.body.action).toBe("ShowBlockPage");
    expect(late).not.toHaveBeenCalled();
  });
});
