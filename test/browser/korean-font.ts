import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";

/** Names the font's parts, each with the letters that it draws. */
const STYLE = require.resolve("@fontsource-variable/noto-sans-kr");
const FACE = /url\(\.\/(files\/[\w-]+\.woff2)\)[\s\S]*?unicode-range: ([^;]+);/g;

/** Made when first asked for. */
let script: string | undefined;

/**
 * Has a page draw its Korean in a real font, whatever the machine has: else its letters are empty boxes, which are of no letter's
 * width. Called before the first address is opened, as a browser keeps words that it has drawn as boxes. The debugger hands the
 * font over: pages let none be loaded.
 */
export async function drawKorean(page: Page): Promise<void> {
  script ??= fontScript();
  await page.addInitScript(script);
}

/** Run by each page before anything else. Its name is among the fonts of the style. */
function fontScript(): string {
  const parts = [...readFileSync(STYLE, "utf8").matchAll(FACE)].map(([, file = "", range = ""]) => {
    return { range, font: readFileSync(join(dirname(STYLE), file), "base64") };
  });
  return `for (const { range, font } of ${JSON.stringify(parts)}) {
    const bytes = Uint8Array.from(atob(font), (each) => each.charCodeAt(0));
    document.fonts.add(new FontFace("Noto Sans KR", bytes, { weight: "100 900", unicodeRange: range }));
  }`;
}
