import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { flaws, follow, press } from "./browser";
import { product } from "./product";

/** Nobody of the other suites has an address there. */
const DOMAIN = "tailspintoys.com";

const written = () => readFileSync(join(product.policy, "who.ts"), "utf8");
const cards = (page: Page) => page.locator(".people .what b").allTextContents();
/** Waits for the start that follows an answer. */
const startAgain = async (page: Page) => {
  await page.getByRole("heading", { name: "Run a sign-up" }).waitFor();
  expect(page.url()).toContain("/?");
  product.gate = await product.gate.startedAgain();
};
const open = (visit: (page: Page) => Promise<void>, locale = "en-US") =>
  product.browser.use({ locale }, async (page) => {
    await page.goto(product.gate.info.simulatorUrl);
    await visit(page);
  });
const answerAgain = (page: Page) => page.getByRole("link", { name: "Who may sign up? Answer again…" });

/** Before anybody has answered. */
export function askedFirst(): void {
  it("the first page asks its question beside the shipped policy's people, and refuses an invalid domain", () =>
    open(async (page) => {
      expect(await page.textContent("h1")).toBe("Run a sign-up");
      expect(await page.getByRole("heading", { name: "Who may sign up?" }).count()).toBe(1);
      expect(await page.getByRole("link", { name: /Answer again/ }).count()).toBe(0);
      expect(await flaws(page)).toEqual([]);
      await page.getByRole("textbox", { name: "Your domains" }).fill("wingtiptoys, https://x.example");
      await press(page, "Our domains, others approved");
      expect(await page.getByRole("alert").textContent()).toContain("This is no domain: wingtiptoys, https://x.example. Type x.example");
      expect(await page.getByRole("textbox", { name: "Your domains" }).inputValue()).toBe("wingtiptoys, https://x.example");
      await page.getByRole("textbox", { name: "Your domains" }).fill("contoso.com gmail.com");
      await press(page, "Our domains, others approved");
      expect(await page.getByRole("alert").textContent()).toMatch("Anybody gets an address at gmail.com.");
      expect(await flaws(page, ["dark on a phone"])).toEqual([]);
      expect(readdirSync(product.policy)).not.toContain("who.ts");
    }));

  it("the first page asks in the browser's language", () =>
    open(async (page) => {
      expect(await page.getByRole("heading", { name: "누가 가입할 수 있나요?" }).count()).toBe(1);
    }, "ko-KR"));

  it("the first page writes only for requests from its own pages", () =>
    open(async (page) => {
      const { origin } = new URL(product.gate.info.simulatorUrl);
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
      expect(readdirSync(product.policy)).not.toContain("who.ts");
    }));
}

/** Leaves a policy that asks approvers, and a product that has started again. */
export function answeredAtFirst(): void {
  it("an answer writes the policy, restarts the gate and shows its people, while the page stays open", () =>
    open(async (page) => {
      await page.getByRole("textbox", { name: "Your domains" }).fill(DOMAIN);
      await press(page, "Our domains, others approved");
      expect(await page.textContent("h1")).toBe("The policy is written");
      expect(await flaws(page)).toEqual([]);
      await startAgain(page);
      expect(written()).toContain(`domains: ["${DOMAIN}"]`);
      expect(await cards(page)).toEqual(expect.arrayContaining(["Of our domain", "Asks for approval"]));
      expect(await page.getByRole("heading", { name: "Who may sign up?" }).count()).toBe(0);
      await follow(page, page.getByRole("link", { name: /^Of our domain/ }));
      expect(await page.textContent("#outcome")).toBe("Let in");
      expect(await flaws(page, ["dark on a phone"])).toEqual([]);
    }));
}

/** After an answer. */
export function answeredAgain(): void {
  it("an answer shows manual edits of the policy, and overwrites them only after confirmation", () =>
    open(async (page) => {
      appendFileSync(join(product.policy, "who.ts"), "// by hand <b>\n");
      await follow(page, answerAgain(page));
      expect(await page.getByRole("textbox", { name: "Your domains" }).inputValue()).toBe(DOMAIN);
      expect(await flaws(page, ["dark on a phone"])).toEqual([]);
      await press(page, "By invitation");
      expect(await page.textContent("h1")).toBe("Replace what you have edited?");
      expect(await page.locator("del").allTextContents()).toContainEqual(expect.stringContaining("- // by hand <b>\n"));
      expect(await page.locator("ins").allTextContents()).toContainEqual(expect.stringContaining("invited: {"));
      expect(await flaws(page)).toEqual([]);
      await follow(page, page.getByRole("link", { name: "Keep mine" }));
      expect(written()).toContain("// by hand");
      await follow(page, answerAgain(page));
      await press(page, "By invitation");
      await press(page, "Replace");
      await startAgain(page);
      expect(written()).toContain("invited: {");
      expect(await cards(page)).toContain("Not invited");
    }));

  it("the link in an uninvited person's result opens the invitation form with a role that may invite", () =>
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
}
