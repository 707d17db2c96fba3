import { existsSync, readFileSync } from "node:fs";
import { type Browser, type BrowserContextOptions, type Locator, type Page, chromium as playwright } from "playwright-core";
import { browserPath, LIBRARIES } from "./unpack-browser";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
/** How long one step on a page may take: one that compiles a policy waits for its turn on a busy machine. */
const STEP_MS = 180_000;

/** A real browser, for a suite or a script. */
export interface TestBrowser {
  /** A page of a profile of its own, closed afterwards: for visits that count on a new profile, or that stop its clock. */
  with<T>(options: BrowserContextOptions, visit: (page: Page) => Promise<T>): Promise<T>;
  /**
   * The one page of a profile that is kept for all who ask with the same options, one after the other: to open a profile takes longer
   * than to look at a page. For visits that leave nothing in it.
   */
  look<T>(options: BrowserContextOptions, visit: (page: Page) => Promise<T>): Promise<T>;
  /**
   * The same page, for visits that leave something in it: its cookies are those of the options again, and what pages have stored is gone.
   * @param options with a window of any size, which does not make another profile
   */
  use<T>(options: BrowserContextOptions, visit: (page: Page) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Starts Chromium: that of CHROMIUM_PATH, or else the one among our packages. A missing one is an error, never a skipped test. */
export async function launchBrowser(): Promise<TestBrowser> {
  const browser = await launch().catch((error: unknown) => {
    const reason = String(error).split("\n")[0];
    throw new Error(
      `No usable browser (${reason}). Run npm ci, or set CHROMIUM_PATH to a Chromium or Chrome: CONTRIBUTING.md, "Tests in a browser".`,
    );
  });
  const open = async (options: BrowserContextOptions) => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(STEP_MS);
    return await context.newPage();
  };
  const kept = new Map<string, Promise<Page>>();
  const keptPage = async (options: BrowserContextOptions) => {
    const profile = JSON.stringify(options);
    const opened = kept.get(profile) ?? open(options);
    kept.set(profile, opened);
    return await opened;
  };
  return {
    async with(options, visit) {
      const page = await open(options);
      try {
        return await visit(page);
      } finally {
        await page.context().close();
      }
    },
    async look(options, visit) {
      const page = await keptPage(options);
      await showIn(page, usual);
      try {
        return await visit(page);
      } finally {
        await leave(page);
      }
    },
    async use({ viewport, ...options }, visit) {
      const page = await keptPage(options);
      await restore(page, options);
      await showIn(page, { ...usual, viewport: viewport ?? WINDOW });
      try {
        return await visit(page);
      } finally {
        await leave(page);
      }
    },
    close: () => browser.close(),
  };
}

/** The browser's own, where nothing else is said. */
const WINDOW = { width: 1_280, height: 720 };
/** Run by the page that is left: it asks the product for nothing more, and what it has stored is gone. */
const LEAVE = `(() => {
  for (let timer = setTimeout(() => {}); timer > 0; timer--) clearTimeout(timer);
  if (location.protocol.startsWith("http")) for (const each of [localStorage, sessionStorage]) each.clear();
})()`;

async function leave(page: Page): Promise<void> {
  page.removeAllListeners();
  // A page that is on its way to another one is left once that one is there.
  await page.evaluate(LEAVE).catch(() => page.evaluate(LEAVE));
}

/** Brings back the cookies that a profile began with. */
async function restore(page: Page, { storageState }: BrowserContextOptions): Promise<void> {
  const context = page.context();
  await context.clearCookies();
  if (typeof storageState === "object") await context.addCookies(storageState.cookies);
  // Off whatever the page before had there.
  await page.mouse.move(0, 0);
}

/** Presses a button that sends a form, and waits for the page it leads to: what is looked for at once is not looked for on the page before. */
export async function press(page: Page, name: string): Promise<void> {
  await follow(page, page.getByRole("button", { name, exact: true }));
}

/** Clicks on what leads to another page, and waits for that one. */
export async function follow(page: Page, to: Locator): Promise<void> {
  await Promise.all([page.waitForEvent("domcontentloaded"), to.click()]);
}

/**
 * In a single process, closing one profile would end the browser; people's browsers keep pages of different origins apart; to play
 * a graphics card takes a third of all the time; and without a zygote each profile loads the browser's program again.
 */
const unlikePeople = new Set([
  "--single-process",
  "--no-zygote",
  "--disable-web-security",
  "--in-process-gpu",
  "--ignore-gpu-blocklist",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
]);

async function launch(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH;
  if (own !== undefined && !existsSync(own)) throw new Error(`there is no ${own}`);
  if (own !== undefined) return await playwright.launch({ executablePath: own, args: ["--no-sandbox"] });
  const { default: chromium } = await import("@sparticuz/chromium");
  // Pages are left before code that is optimized pays off.
  const args = [...chromium.args.filter((arg) => !unlikePeople.has(arg)), "--disable-gpu", "--js-flags=--no-turbofan --no-maglev"];
  const executablePath = await browserPath();
  try {
    return await playwright.launch({ executablePath, args });
  } catch (error) {
    if (!/shared librar/.test(String(error))) throw error;
    return await playwright.launch({ executablePath, args, env: { ...process.env, LD_LIBRARY_PATH: LIBRARIES } });
  }
}

/** Run by the page, with all rules or with some. */
const find = (rules?: object) =>
  `axe.run(${JSON.stringify({ resultTypes: ["violations"], ...rules })}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html, failureSummary }) => id + ": " + html + " " + failureSummary)))`;
const everything = find();
/** What the colour scheme changes, at the contrast of level AA. */
const colours = find({ runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } });

/** How people look at a page, and what axe asks of it. */
const looks = [
  { look: "light", colorScheme: "light", viewport: { width: 1_280, height: 900 }, asks: everything },
  { look: "dark", colorScheme: "dark", viewport: { width: 1_280, height: 900 }, asks: colours },
  { look: "light on a phone", colorScheme: "light", viewport: { width: 360, height: 740 }, asks: everything },
  { look: "dark on a phone", colorScheme: "dark", viewport: { width: 360, height: 740 }, asks: everything },
] as const;
const [usual, , , phone] = looks;
/**
 * The looks where nothing else is said: as most people see a page, and the look that shares nothing with that one. Both schemes and both
 * sizes are met, with all rules. A colour does not depend on the width; before a release, every look is met.
 */
const usualLooks: readonly Look[] = process.env.TEST_RUNS === undefined ? ["light", "dark on a phone"] : looks.map(({ look }) => look);

export type Look = (typeof looks)[number]["look"];

/** Run by the page: menus, and tables that ought to be cards there, of which a part is off the screen. */
const CUT = `[...document.querySelectorAll("header > nav, .scroll:has(.cards-on-phone)")].filter((at) => at.scrollWidth > at.clientWidth)
  .map((at) => at.ariaLabel)`;

/** Run by the page: what chips open that is off the screen in part. */
const CUT_POPS = `[...document.querySelectorAll(".chip > details:not([open])")].flatMap((chip) => {
  chip.open = true;
  const { left, right } = chip.querySelector(".pop").getBoundingClientRect();
  const isWide = left < 0 || right > innerWidth || document.documentElement.scrollWidth > innerWidth;
  chip.open = false;
  return isWide ? [chip.textContent.trim().slice(0, 40)] : [];
})`;

/** Run by the page: words of a usual length that a narrow place breaks in two, such as a column of a table. */
const BROKEN = `(() => {
  const broken = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const isShown = (at) => at === null || (getComputedStyle(at).clipPath === "none" && isShown(at.parentElement));
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.parentElement.checkVisibility()) continue;
    for (const { 0: word, index } of node.data.matchAll(/(?<![^\\s(])[a-z]{2,18}(?![^\\s.,:;)])/gi)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1 && isShown(node.parentElement)) broken.add(word + " in " + node.parentElement.outerHTML.slice(0, 200));
    }
  }
  return [...broken];
})()`;

/** Run by the page: text that Orca does not read as the page loads, because it stands directly in a live region. */
const MUTE = `[...document.querySelectorAll("[role=status], [role=alert], [role=log], [aria-live]")].flatMap((region) =>
  // A script fills these two after the load, which is announced.
  region.matches("[data-chosen], #palette [role=status]") ? [] :
  [...region.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== "").map(({ data }) => data.trim()))`;

interface Shown {
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
}

async function showIn(page: Page, { colorScheme, viewport }: Shown): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize(viewport);
}

/**
 * What is wrong with a page, a text each: what axe finds in each look, and what is wrong with its layout.
 * @param wanted one for another state of a page that is looked at elsewhere. @default two looks that share nothing
 */
export async function flaws(page: Page, wanted: readonly Look[] = usualLooks): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  // Before, a page that was just opened may be without its style sheet.
  await page.waitForLoadState("load");
  // The browser's debugger brings it in, which the page's own policy does not forbid.
  await page.evaluate(AXE);
  const found = (await page.evaluate<readonly string[]>(MUTE)).map((text) => `not read by a screen reader: ${text}`);
  for (const each of looks.filter(({ look }) => wanted.includes(look))) {
    await showIn(page, each);
    const violations = await page.evaluate<string[]>(each.asks);
    found.push(...violations.map((violation) => `${each.look}: ${violation}`), ...(await misplaced(page, each.look)));
  }
  return found;
}

/** What is wrong with a page's layout on a phone, a text each. */
export async function layoutFlaws(page: Page): Promise<readonly string[]> {
  await page.waitForLoadState("load");
  await showIn(page, phone);
  return await misplaced(page, phone.look);
}

/** Scrolling any way but down; on a phone, what is cut and what is broken in two. */
async function misplaced(page: Page, look: Look): Promise<readonly string[]> {
  const wide = await page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
  const onPhone = look.endsWith("phone");
  const cut = onPhone ? (await Promise.all([CUT, CUT_POPS].map((each) => page.evaluate<readonly string[]>(each)))).flat() : [];
  const broken = onPhone ? await page.evaluate<readonly string[]>(BROKEN) : [];
  return [
    ...(wide ? [`${look}: scrolls sideways`] : []),
    ...cut.map((part) => `${look}: off the screen in part: ${part}`),
    ...broken.map((word) => `${look}: broken in two: ${word}`),
  ];
}
