import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { packageRoot } from "../../lib/package-root";
import { type Gate, START_MS, startGate } from "../support/gate";
import { flaws, follow, launchBrowser, press, type TestBrowser } from "./browser";

const scratch = mkdtempSync(join(packageRoot, ".local-test-who-"));
const folder = join(scratch, "policy");
let gate: Gate;
let browser: TestBrowser;

beforeAll(async () => {
  // As an answer leaves it that is killed between its renames: the start puts it back.
  const before = join(scratch, ".gatehouse-before-policy");
  cpSync(join(packageRoot, "policy"), before, { recursive: true });
  // The tsconfig.json of the folder leads to that of the project.
  rmSync(join(before, "tsconfig.json"));
  const args = ["--ephemeral", "--policy", `${basename(scratch)}/policy`];
  [gate, browser] = await Promise.all([startGate(args, { reload: true }), launchBrowser()]);
}, START_MS);
afterAll(async () => {
  await browser?.close();
  await gate?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const written = () => readFileSync(join(folder, "who.ts"), "utf8");
const cards = (page: Page) => page.locator(".people .what b").allTextContents();
/** Waits for the start that follows an answer. */
const startAgain = async (page: Page) => {
  await page.getByRole("heading", { name: "Run a sign-up" }).waitFor();
  expect(page.url()).toContain("/?");
};
const open = (visit: (page: Page) => Promise<void>, locale = "en-US") =>
  browser.with({ locale }, async (page) => {
    await page.goto(gate.info.simulatorUrl);
    await visit(page);
  });

it("asks on the first page, beside the people of the shipped policy, and takes no domain that is none", () =>
  open(async (page) => {
    expect(await page.textContent("h1")).toBe("Run a sign-up");
    expect(await page.getByRole("heading", { name: "Who may sign up?" }).count()).toBe(1);
    expect(await page.getByRole("link", { name: /Answer again/ }).count()).toBe(0);
    expect(await flaws(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Your domains" }).fill("wingtiptoys, https://x.example");
    await press(page, "Our domains, others approved");
    expect(await page.getByRole("alert").textContent()).toContain("This is no domain: wingtiptoys, https://x.example. Type contoso.com");
    expect(await page.getByRole("textbox", { name: "Your domains" }).inputValue()).toBe("wingtiptoys, https://x.example");
    await page.getByRole("textbox", { name: "Your domains" }).fill("contoso.com gmail.com");
    await press(page, "Our domains, others approved");
    expect(await page.getByRole("alert").textContent()).toMatch("Anybody gets an address at gmail.com.");
    expect(await flaws(page)).toEqual([]);
    expect(readdirSync(folder)).not.toContain("who.ts");
  }));

it("asks in the browser's language", () =>
  open(async (page) => {
    expect(await page.getByRole("heading", { name: "누가 가입할 수 있나요?" }).count()).toBe(1);
  }, "ko-KR"));

it("writes for nobody but a page of this start", () =>
  open(async (page) => {
    const { origin } = new URL(gate.info.simulatorUrl);
    const asked = (headers: Readonly<Record<string, string>>, token: string) =>
      page.request.post(`${origin}/who`, { headers, form: { who: "open", token } });
    const token = (await page.locator("input[name=token]").first().inputValue()) ?? "";
    expect((await asked({ Origin: origin }, "made up")).status()).toBe(403);
    expect((await asked({ Origin: "https://elsewhere.example" }, token)).status()).toBe(403);
    const keyless = await fetch(`${origin}/who`, {
      method: "POST",
      headers: { Origin: origin },
      body: new URLSearchParams({ who: "open", token }),
    });
    expect(keyless.status).toBe(403);
    expect(readdirSync(folder)).not.toContain("who.ts");
  }));

it("writes the policy of an answer, starts again, and shows the people for it, while the page stays open", () =>
  open(async (page) => {
    await page.getByRole("textbox", { name: "Your domains" }).fill("wingtiptoys.com");
    await press(page, "Our domains, others approved");
    expect(await page.textContent("h1")).toBe("The policy is written");
    expect(await flaws(page)).toEqual([]);
    await startAgain(page);
    expect(written()).toContain('domains: ["wingtiptoys.com"]');
    expect(await cards(page)).toEqual(expect.arrayContaining(["Of our domain", "Asks for approval"]));
    expect(await page.getByRole("heading", { name: "Who may sign up?" }).count()).toBe(0);
    await follow(page, page.getByRole("link", { name: /^Of our domain/ }));
    expect(await page.textContent("#outcome")).toBe("Let in");
    expect(await flaws(page)).toEqual([]);
  }));

it("shows what was edited by hand, and writes over it once somebody agrees", () =>
  open(async (page) => {
    appendFileSync(join(folder, "who.ts"), "// by hand <b>\n");
    await follow(page, page.getByRole("link", { name: "Who may sign up? Answer again…" }));
    expect(await page.getByRole("textbox", { name: "Your domains" }).inputValue()).toBe("wingtiptoys.com");
    expect(await flaws(page)).toEqual([]);
    await press(page, "By invitation");
    expect(await page.textContent("h1")).toBe("Replace what you have edited?");
    expect(await page.locator("del").allTextContents()).toContainEqual(expect.stringContaining("- // by hand <b>\n"));
    expect(await page.locator("ins").allTextContents()).toContainEqual(expect.stringContaining("invited: {"));
    expect(await flaws(page)).toEqual([]);
    await follow(page, page.getByRole("link", { name: "Keep mine" }));
    expect(written()).toContain("// by hand");
    await follow(page, page.getByRole("link", { name: "Who may sign up? Answer again…" }));
    await press(page, "By invitation");
    await press(page, "Replace");
    await startAgain(page);
    expect(written()).toContain("invited: {");
    expect(await cards(page)).toContain("Not invited");
  }));

it("leads from somebody who is not invited to their invitation, signed in as who may invite them", () =>
  open(async (page) => {
    await follow(page, page.getByRole("link", { name: /^Not invited/ }));
    expect(await page.textContent("#outcome")).toBe("Refused");
    await page.getByRole("link", { name: "Invite yuna@unlisted.example…" }).click();
    await page.waitForURL(/\/people\/invite\?/);
    expect(await page.getByRole("textbox", { name: /address/i }).inputValue()).toBe("yuna@unlisted.example");
    await page.locator("main form[action='/people/invite'] button[type=submit]").click();
    await page.getByRole("link", { name: "Back to the simulator" }).click();
    await page.waitForSelector("#outcome");
    expect(await page.textContent("#outcome")).toBe("Let in");
  }));
