import type { BrowserContextOptions } from "playwright-core";
import { homes, type Role } from "../../console/session/roles";
import type { TestBrowser } from "./browser";

/** Cookies, for the pages of other profiles. */
export type BrowserSession = NonNullable<Exclude<BrowserContextOptions["storageState"], string>>;

const MAX_TRIES = 5;

/** Signs in at the console's own provider as the person of a role, or as the one who has none. */
export async function signedIn(browser: TestBrowser, consoleUrl: string, role: Role | "nobody"): Promise<BrowserSession> {
  return await browser.use({ locale: "en-US" }, async (page) => {
    // On a busy machine the console may give up on its provider: it is opened again, as people do.
    for (let tries = 1; tries < MAX_TRIES && (await page.goto(consoleUrl))?.ok() !== true; tries++);
    await page.locator(`button[value=${role.toLowerCase()}]`).click();
    await page.waitForURL(new URL(role === "Partner" || role === "Decider" ? homes[role] : "/", consoleUrl).href);
    return await page.context().storageState();
  });
}
