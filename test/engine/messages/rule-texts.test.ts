import { blockMessage, catalogues } from "../../../engine/messages";
import { approvalTexts } from "../../../engine/messages/approval";
import { identityTexts } from "../../../engine/messages/identity";
import type { RuleTexts } from "../../../engine/messages/rule-texts";
import { valueTexts } from "../../../engine/messages/values";

const LONGEST = 300;
const all: RuleTexts = { ...approvalTexts, ...identityTexts, ...valueTexts };
const cases = Object.entries(all).flatMap(([reason, texts]) => catalogues.map((catalogue) => ({ reason, texts, catalogue })));

describe("the texts of rules' own reasons", () => {
  it.each(cases)("$reason speaks $catalogue.language, in whole sentences that fit a page", ({ reason, texts, catalogue }) => {
    const text = texts[catalogue.language];
    expect(text).toBe(text.trim().normalize("NFC"));
    expect(text).not.toMatch(/ {2}|["<>${}]/);
    expect(text.endsWith(catalogue.fullStop)).toBe(true);
    const page = blockMessage(reason, texts, "K7QD-9MXD", { locales: [catalogue.language], options: {} });
    expect(page.startsWith(text)).toBe(true);
    expect(page.length).toBeLessThan(LONGEST);
  });

  it.each(Object.entries(all).map(([reason, texts]) => ({ reason, texts })))("$reason is said differently in each", ({ texts }) =>
    expect(new Set(Object.values(texts)).size).toBe(catalogues.length),
  );
});
