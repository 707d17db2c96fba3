import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blockMessage, catalogues } from "../../../engine/messages";
import { type RuleTexts, ruleText } from "../../../engine/messages/rule-texts";
import { allRuleTexts } from "../../../features/rules";
import { packageRoot } from "../../../lib/app-root";

const LONGEST = 300;
const all: RuleTexts = allRuleTexts;
const cases = Object.entries(all).flatMap(([reason, texts]) => catalogues.map((catalogue) => ({ reason, texts, catalogue })));

/** Of no reason: each has a suite of its own. */
const ofNoReason = /(mail-texts|schema)$/;
const files = ["engine/messages", "features"]
  .flatMap((folder) => readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ name: file.replace(/\.ts$/, ""), source: readFileSync(join(packageRoot, file), "utf8") }))
  .filter(({ name, source }) => source.includes("satisfies RuleTexts") && !ofNoReason.test(name));

describe("the texts of rules' own reasons", () => {
  it.each(files)("include those of $name.ts", ({ source }) => {
    const reasons = [...source.matchAll(/^ {2}"(.*)": \{/gm)].map(([, reason = ""]) => reason);
    expect(reasons.filter((reason) => !Object.hasOwn(all, reason))).toEqual([]);
  });

  it("have no duplicate reason", () => {
    const reasons = files.flatMap(({ source }) => [...source.matchAll(/^ {2}"(.*)": \{/gm)].map(([, reason]) => reason));
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((reason, index) => reasons.indexOf(reason) !== index)).toEqual([]);
  });

  it.each(Object.keys(all))("use the form subject.what for the reason %s", (reason) =>
    expect(reason).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/),
  );

  it.each(cases)("include $reason in $catalogue.language, in whole sentences that fit a page", ({ reason, texts, catalogue }) => {
    const text = texts[catalogue.language];
    const places = (of: string) => (of.match(/\{\w+\}/g) ?? []).sort();
    expect(text).toBe(text.trim().normalize("NFC"));
    // A number stands in each place: without it, two spaces would be left.
    expect(text.replace(/\{\w+\}/g, "3")).not.toMatch(/ {2}|["<>${}]/);
    expect(places(text)).toEqual(places(texts.en));
    expect(text.endsWith(catalogue.fullStop)).toBe(true);
    const page = blockMessage({ reason, message: texts }, "K7QD-9MXD", { locales: [catalogue.language], options: {} });
    expect(page.startsWith(text)).toBe(true);
    expect(page.length).toBeLessThan(LONGEST);
  });

  it.each(Object.entries(all).map(([reason, texts]) => ({ reason, texts })))("differ for $reason in each language", ({ texts }) =>
    expect(new Set(Object.values(texts)).size).toBe(catalogues.length),
  );
});

describe("the text of a reason", () => {
  const inEach = (text: string) => Object.fromEntries(catalogues.map(({ language }) => [language, text])) as RuleTexts[string];
  const texts: RuleTexts = { "seats.odd": inEach("Seats come in {count} of {what}, {other}.") };

  it("has its placeholders filled in each language, and is otherwise unchanged", () =>
    expect(ruleText(texts, "seats.odd", { count: 2, what: "{count}" })).toEqual({
      message: inEach("Seats come in 2 of {count}, {other}."),
      wording: { values: { count: 2, what: "{count}" } },
    }));

  it.each(["seats.even", "constructor", "__proto__"])("is missing for %s, which is not in the catalogues", (reason) =>
    expect(ruleText(texts, reason)).toEqual({}),
  );
});
