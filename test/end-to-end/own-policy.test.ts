import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../../lib/package-root";
import { type Gate, startGate, startInVain } from "../support/gate";

describe("a policy of one's own", () => {
  let gate: Gate;
  beforeAll(async () => {
    cpSync(join(packageRoot, "test/end-to-end/policies/own-texts"), folder, { recursive: true });
    gate = await startGate(["--ephemeral", "--policy", relative(packageRoot, folder)], { reload: true });
  });
  afterAll(async () => {
    await gate.stop();
    rmSync(folder, { recursive: true });
  });
  const folder = mkdtempSync(join(packageRoot, ".local-test-"));

  const kim = { email: "kim@contoso.com", displayName: "kim lee", jobTitle: "Engineer", extension_PartnerNumber: "P-1" };
  const ask = (claims: object) => gate.call("before-create-user", { ...kim, ...claims });

  it("goes on with what it reshaped", async () => {
    expect((await ask({})).body).toEqual({ version: "1.0.0", action: "Continue", displayName: "Kim Lee" });
  });

  it("asks again with all problems in one message, each named as the form names it", async () => {
    const { status, body } = await ask({ jobTitle: "x", extension_PartnerNumber: "Q" });
    expect(status).toBe(400);
    expect(body).toEqual({ version: "1.0.0", action: "ValidationError", status: 400, userMessage: expect.any(String) });
    expect(body.userMessage).toMatch(/^Job Title: .*Partner number: /);
  });

  it("speaks the person's language", async () => {
    expect((await ask({ jobTitle: "x", ui_locales: "fi-FI, ja-JP" })).body.userMessage).toMatch(/^役職: 5 文字以上/);
    expect((await ask({ jobTitle: undefined, ui_locales: "ko-KR" })).body.userMessage).toMatch(
      /^직함: 이 항목을 입력하세요\. \(참조 번호: [A-Z0-9]{4}-[A-Z0-9]{4}\)$/,
    );
  });

  it("uses the policy's own text for a reason", async () => {
    expect((await ask({ email: "blocked@contoso.com", ui_locales: "ko" })).body.userMessage).toMatch(/^it@contoso\.com에 문의하세요\./);
  });

  it("lets a block beat what is invalid", async () => {
    expect((await ask({ email: "blocked@contoso.com", jobTitle: "x" })).body.action).toBe("ShowBlockPage");
  });

  it.each([
    ["throws", "Boom"],
    ["never answers", "Limbo"],
  ])("stops a sign-up within the deadline when a rule %s, without a word of it in the log", async (_, city) => {
    const began = Date.now();
    const { status, body } = await ask({ city });
    expect({ status, action: body.action }).toEqual({ status: 200, action: "ShowBlockPage" });
    expect(body.userMessage).toMatch(/try again later.*Reference: [A-Z0-9]{4}-[A-Z0-9]{4}/);
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(gate.printed()).not.toContain("kim@contoso.com");
  });

  it("answers by the policy as it is saved, without a restart", async () => {
    const file = join(folder, "before-create-user.ts");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("titleCase", "upperCase"));
    while ((await ask({})).body.displayName !== "KIM LEE") await sleep(200);
    // Answers to calls of before may stand between the two lines.
    while (!/reloaded .*before-create-user\.ts[\s\S]*latest request again/.test(gate.printed())) await sleep(100);
  });
});

it("ends npm start in a sentence where data cannot be written", async () => {
  const { code, printed } = await startInVain(["--data", "package.json"]);
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringMatching(/^The data folder \S+ cannot be written .*--data DIR\n$/) });
});

it("ends npm start with file, line and reason where the policy cannot be loaded", async () => {
  const folder = mkdtempSync(join(packageRoot, ".local-test-policy-"));
  const source = `import { beforeCreateUser, onlyDomains } from "entra-gatehouse";\n\nexport default beforeCreateUser([onlyDomains(["no domain"])]);\n`;
  writeFileSync(join(folder, "before-create-user.ts"), source);
  const { code, printed } = await startInVain(["--ephemeral", "--policy", relative(packageRoot, folder)]);
  rmSync(folder, { recursive: true });
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringMatching(/before-create-user\.ts:3.*"no domain" is not a domain/s) });
});
