import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decisionStore } from "../../features/decisions/store/decisions";
import type { StartedGate } from "./started-gate";

/** Tries the policy of policies/own-texts, and saves another one in its place. @param folderOf where the app has it */
export function ownTexts(gateOf: () => StartedGate, folderOf: () => string): void {
  const kim = { email: "kim@contoso.com", displayName: "kim lee", jobTitle: "Engineer", extension_PartnerNumber: "P-1" };
  const ask = (claims: object) => gateOf().call("before-create-user", { ...kim, ...claims });

  it("returns the values that it reshaped", async () => {
    expect((await ask({})).body).toEqual({ version: "1.0.0", action: "Continue", displayName: "Kim Lee" });
  });

  it("reports all problems in one message, each by the field name of the form", async () => {
    const { status, body } = await ask({ jobTitle: "x", extension_PartnerNumber: "Q" });
    expect(status).toBe(400);
    expect(body).toEqual({ version: "1.0.0", action: "ValidationError", status: 400, userMessage: expect.any(String) });
    expect(body.userMessage).toMatch(/^Job Title: .*Partner number: /);
  });

  it("answers in the person's language", async () => {
    expect((await ask({ jobTitle: "x", ui_locales: "fi-FI, ja-JP" })).body.userMessage).toMatch(/^役職: 5 文字以上/);
    expect((await ask({ jobTitle: undefined, ui_locales: "ko-KR" })).body.userMessage).toMatch(
      /^직함: 이 항목을 입력하세요\. \(참조 번호: [A-Z0-9]{4}-[A-Z0-9]{4}\)$/,
    );
  });

  it("uses its own text for a reason", async () => {
    expect((await ask({ email: "blocked@contoso.com", ui_locales: "ko" })).body.userMessage).toMatch(/^it@contoso\.com에 문의하세요\./);
  });

  it("answers with a block if one rule blocks and another finds invalid input", async () => {
    expect((await ask({ email: "blocked@contoso.com", jobTitle: "x" })).body.action).toBe("ShowBlockPage");
  });

  it.each([
    ["throws", "Boom", "rule"],
    ["never answers", "Limbo", "deadline"],
  ])("stops a sign-up within the deadline when a rule %s, and logs none of the rule's words", async (_, city, failure) => {
    const { status, body } = await ask({ city });
    expect({ status, action: body.action }).toEqual({ status: 200, action: "ShowBlockPage" });
    expect(body.userMessage).toMatch(/try again later.*Reference: [A-Z0-9]{4}-[A-Z0-9]{4}/);
    const [code = ""] = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(String(body.userMessage)) ?? [];
    expect(await decisionStore(gateOf().database, gateOf().instance.tables.decisions).byReference(code)).toMatchObject([{ failure }]);
    expect(gateOf().told()).not.toContain("kim@contoso.com");
  });

  it("takes effect when it is saved, without a restart", async () => {
    const file = join(folderOf(), "before-create-user.ts");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("titleCase", "upperCase"));
    while ((await ask({})).body.displayName !== "KIM LEE") await sleep(200);
    // Answers to calls of before may stand between the two lines.
    while (!/reloaded .*before-create-user\.ts[\s\S]*latest request again/.test(gateOf().told())) await sleep(100);
  });
}
