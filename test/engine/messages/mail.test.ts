import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogues } from "../../../engine/messages";
import type { RuleTexts } from "../../../engine/messages/rule-texts";
import { mailTexts } from "../../../features/mail-texts";
import { packageRoot } from "../../../lib/package-root";

const all: RuleTexts = mailTexts;
const cases = Object.entries(all).flatMap(([name, texts]) => catalogues.map((catalogue) => ({ name, texts, catalogue })));
const places = (text: string) => (text.match(/\{.*?\}/g) ?? []).sort();

describe("the texts of mails", () => {
  it("are those of every feature", () => {
    const list = readFileSync(join(packageRoot, "features/mail-texts.ts"), "utf8");
    const own = readdirSync(join(packageRoot, "features")).filter((name) =>
      existsSync(join(packageRoot, "features", name, "mail-texts.ts")),
    );
    expect(own.filter((name) => !list.includes(`"./${name}/mail-texts"`))).toEqual([]);
    expect(own).toContain("expiry");
  });

  it.each(cases)("$name speaks $catalogue.language, without loose ends, and fills the same places", ({ name, texts, catalogue }) => {
    const text = texts[catalogue.language];
    expect(text).toMatch(/\S/);
    expect(text).toBe(text.trim().normalize("NFC"));
    expect(text).not.toMatch(/ {2}|["<>$\n]/);
    expect(places(text)).toEqual(places(texts.en));
    if (/\.text$|^why$/.test(name)) expect(text.endsWith(catalogue.fullStop)).toBe(true);
    if (name.endsWith(".subject")) expect(text).not.toMatch(/[.。]$/);
  });

  // Languages share some words: Name is German too.
  it.each(Object.entries(all).flatMap(([name, texts]) => (name.startsWith("label.") ? [] : [{ name, texts }])))(
    "$name is said differently in each",
    ({ texts }) => expect(new Set(Object.values(texts)).size).toBe(catalogues.length),
  );
});
