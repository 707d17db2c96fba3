import { bestLanguage, textFor } from "../../lambda/sign-up/text";

describe("the best language", () => {
  it.each([
    { locales: ["ko-KR"], offered: ["en", "ko"], best: "ko" },
    { locales: ["ko_KR"], offered: ["en", "ko"], best: "ko" },
    { locales: ["KO-kr"], offered: ["en", "ko"], best: "ko" },
    { locales: ["fr-FR", "ko-KR", "en"], offered: ["en", "ko", "ja"], best: "ko" },
    { locales: ["zh-Hant-TW"], offered: ["zh", "zh-Hant"], best: "zh-Hant" },
    { locales: ["zh-Hans-CN"], offered: ["zh", "zh-Hant"], best: "zh" },
    { locales: ["pt"], offered: ["pt-BR"], best: undefined },
    { locales: ["zh"], offered: ["en", "ko", "ja"], best: undefined },
    { locales: ["kok"], offered: ["ko"], best: undefined },
    { locales: [], offered: ["en"], best: undefined },
  ])("for $locales among $offered is $best", ({ locales, offered, best }) => expect(bestLanguage(locales, offered)).toBe(best));
});

describe("a text", () => {
  it.each([
    { given: "one for all", text: "Hello", locales: ["ko"], shown: "Hello" },
    { given: "one in the person's language", text: { en: "Hello", ko: "안녕하세요" }, locales: ["ko-KR"], shown: "안녕하세요" },
    { given: "one in English alone", text: { en: "Hello", ja: "こんにちは" }, locales: ["ko-KR"], shown: "Hello" },
    { given: "none in English either", text: { ja: "こんにちは", fr: "Bonjour" }, locales: ["ko"], shown: "こんにちは" },
    { given: "a regional English", text: { fr: "Bonjour", "en-GB": "Hello" }, locales: ["ko"], shown: "Bonjour" },
    { given: "none at all", text: {}, locales: ["ko"], shown: "" },
  ])("of which there is $given reads $shown", ({ text, locales, shown }) =>
    expect(textFor(text as Record<string, string>, locales)).toBe(shown),
  );
});
