import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";

/** Names the font's parts, each with the letters that it draws. */
const STYLE = require.resolve("@fontsource-variable/noto-sans-kr");
const FACE = /url\(\.\/(files\/[\w-]+\.woff2)\)[\s\S]*?unicode-range: ([^;]+);/g;

/**
 * Has a page draw its Korean in a real font, whatever the machine has: else its letters are empty boxes, which are of no letter's
 * width. Called before the first address is opened, as a browser keeps words that it has drawn as boxes. The debugger hands the
 * font over: pages let none be loaded.
 * @param texts what the pages say, whose letters alone are drawn: every page unpacks what it is handed. @default any
 */
export async function drawKorean(page: Page, texts?: string): Promise<void> {
  await page.addInitScript(fontScript(texts));
}

/** Run by each page before anything else. Its name is among the fonts of the style. */
function fontScript(texts?: string): string {
  const letters = texts === undefined ? undefined : new Set([...texts].map((letter) => letter.codePointAt(0) as number));
  const parts = [...readFileSync(STYLE, "utf8").matchAll(FACE)]
    .filter(([, , range = ""]) => letters === undefined || hasSome(letters, range))
    .map(([, file = "", range = ""]) => ({ range, font: readFileSync(join(dirname(STYLE), file), "base64") }));
  return `for (const { range, font } of ${JSON.stringify(parts)}) {
    const bytes = Uint8Array.from(atob(font), (each) => each.charCodeAt(0));
    document.fonts.add(new FontFace("Noto Sans KR", bytes, { weight: "100 900", unicodeRange: range }));
  }`;
}

/** @param range as CSS writes it: `U+ac00,U+ac02-ac1b` */
function hasSome(letters: ReadonlySet<number>, range: string): boolean {
  return range.split(",").some((part) => {
    const [first = 0, last = first] = (part.match(/[0-9a-f]+/gi) ?? []).map((each) => Number.parseInt(each, 16));
    return [...letters].some((letter) => first <= letter && letter <= last);
  });
}
