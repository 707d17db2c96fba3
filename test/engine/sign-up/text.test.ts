import fc from "fast-check";
import { addOurTexts, bestLanguage, isKnownLanguage, languageFlaw, readText, type Text, text, textFor } from "../../../engine/sign-up/text";
import { runs } from "../../support/runs";

const ours = ["en", "ko", "ja", "zh-Hans", "de", "fr", "es", "pt-BR"];

describe("the best language", () => {
  it.each([
    { locales: ["en-US"], best: "en" },
    { locales: ["en-GB"], best: "en" },
    { locales: ["ko-KR"], best: "ko" },
    { locales: ["ko_KR"], best: "ko" },
    { locales: ["KO-kr"], best: "ko" },
    { locales: ["ko-Kore-KR"], best: "ko" },
    { locales: ["ja-JP-u-ca-japanese"], best: "ja" },
    { locales: ["de-AT"], best: "de" },
    { locales: ["de-CH-1996"], best: "de" },
    { locales: ["fr-CA"], best: "fr" },
    { locales: ["es-419"], best: "es" },
    { locales: ["es-MX"], best: "es" },
    { locales: ["pt"], best: "pt-BR" },
    { locales: ["pt-BR"], best: "pt-BR" },
    { locales: ["pt_br"], best: "pt-BR" },
    { locales: ["pt-PT"], best: "pt-BR" },
    { locales: ["pt-AO"], best: "pt-BR" },
    { locales: ["zh"], best: "zh-Hans" },
    { locales: ["zh-CN"], best: "zh-Hans" },
    { locales: ["ZH_cn"], best: "zh-Hans" },
    { locales: ["zh-SG"], best: "zh-Hans" },
    { locales: ["zh-Hans"], best: "zh-Hans" },
    { locales: ["zh-Hans-CN"], best: "zh-Hans" },
    { locales: ["zh-Hans-HK"], best: "zh-Hans" },
    { locales: ["cmn-Hans-CN"], best: "zh-Hans" },
    { locales: ["zh-TW"], best: undefined },
    { locales: ["zh-HK"], best: undefined },
    { locales: ["zh-MO"], best: undefined },
    { locales: ["zh-Hant"], best: undefined },
    { locales: ["zh-Hant-CN"], best: undefined },
    { locales: ["zh-Latn"], best: undefined },
    { locales: ["zh-TW", "ja"], best: "ja" },
    { locales: ["zh-TW", "zh-CN"], best: "zh-Hans" },
    { locales: ["it-IT", "ko-KR", "en"], best: "ko" },
    { locales: ["pt-PT", "en"], best: "pt-BR" },
    { locales: ["kok"], best: undefined },
    { locales: ["fi-FI"], best: undefined },
    { locales: [], best: undefined },
  ])("for $locales among the shipped ones is $best", ({ locales, best }) => expect(bestLanguage(locales, ours)).toBe(best));

  it.each([
    { locales: ["zh-Hant-TW"], offered: ["zh", "zh-Hant"], best: "zh-Hant" },
    { locales: ["zh-TW"], offered: ["zh", "zh-Hant"], best: "zh-Hant" },
    { locales: ["zh-Hans-CN"], offered: ["zh", "zh-Hant"], best: "zh" },
    { locales: ["zh-TW"], offered: ["en", "zh"], best: "zh" },
    { locales: ["zh-TW"], offered: ["zh-CN", "zh-HK"], best: "zh-HK" },
    { locales: ["zh-HK"], offered: ["zh-Hant", "zh-Hant-HK"], best: "zh-Hant-HK" },
    { locales: ["zh-Hant"], offered: ["zh-HK", "zh-TW"], best: "zh-TW" },
    { locales: ["en-AU"], offered: ["en-GB", "en"], best: "en-GB" },
    { locales: ["en-US-posix"], offered: ["en", "en-US"], best: "en-US" },
    { locales: ["en"], offered: ["en-GB", "en-US"], best: "en-US" },
    { locales: ["en-AU"], offered: ["en-GB", "en-US"], best: "en-GB" },
    { locales: ["pt-PT"], offered: ["pt-BR", "pt-PT"], best: "pt-PT" },
    { locales: ["sr-Latn"], offered: ["sr-Cyrl", "sr-Latn-RS"], best: "sr-Latn-RS" },
    { locales: ["zh-yue-HK"], offered: ["en", "zh-Hant"], best: "zh-Hant" },
    { locales: ["zh-cmn-Hans-CN"], offered: ["en", "zh-Hans"], best: "zh-Hans" },
    { locales: ["no_NO"], offered: ["en", "nb"], best: "nb" },
    { locales: ["no-NO"], offered: ["nb", "no"], best: "no" },
    { locales: ["en-NZ"], offered: ["en", "en-AU"], best: "en-AU" },
    { locales: ["iw"], offered: ["en", "he"], best: "he" },
    { locales: ["ko-KR"], offered: ["en", "KO_kr"], best: "KO_kr" },
  ])("for $locales among $offered is $best", ({ locales, offered, best }) => expect(bestLanguage(locales, offered)).toBe(best));

  // As ICU 72's LocaleMatcher (Debian python3-icu 2.10.2) and npm's @formatjs/intl-localematcher 0.10.1 answer alike.
  it.each<[readonly string[], readonly string[], string]>([
    [["no"], ["en", "nb"], "nb"],
    [["no-NO"], ["en", "nb"], "nb"],
    [["nb-NO"], ["en", "no"], "no"],
    [["nn"], ["en", "nb"], "nb"],
    [["nn-NO"], ["en", "no"], "no"],
    [["nb"], ["en", "nn"], "nn"],
    [["nn", "en"], ["en", "nb"], "en"],
    [["nb", "en"], ["en", "nn"], "en"],
    [["da"], ["en", "nb"], "nb"],
    [["da", "en"], ["en", "nb"], "en"],
    [["no"], ["en", "da"], "da"],
    [["yue"], ["en", "zh-Hant"], "zh-Hant"],
    [["yue-HK"], ["en", "zh-Hant", "zh-Hans"], "zh-Hant"],
    [["yue-Hans"], ["en", "zh-Hans"], "zh-Hans"],
    [["zh-HK"], ["en", "zh-Hant", "zh-Hans"], "zh-Hant"],
    [["nan-TW"], ["en", "zh-Hant"], "zh-Hant"],
    [["wuu"], ["en", "zh-Hans"], "zh-Hans"],
    [["gsw-CH"], ["en", "de"], "de"],
    [["lb"], ["en", "de"], "de"],
    [["lb-LU", "fr"], ["en", "de", "fr"], "fr"],
    [["bs"], ["en", "hr"], "hr"],
    [["sr-ME"], ["en", "sr-Latn"], "sr-Latn"],
    [["sr"], ["en", "sr-Latn"], "sr-Latn"],
    [["sh"], ["en", "sr-Latn"], "sr-Latn"],
    [["pt-PT"], ["pt-BR", "en"], "pt-BR"],
    [["pt-AO"], ["pt-BR", "pt-PT"], "pt-PT"],
    [["pt-MO"], ["pt-BR", "pt-PT"], "pt-PT"],
    [["pt"], ["pt-PT", "pt-BR"], "pt-BR"],
    [["es-MX"], ["es", "es-419"], "es-419"],
    [["es-AR"], ["es-ES", "es-419"], "es-419"],
    [["es-US"], ["es", "es-419"], "es-419"],
    [["en-AU"], ["en", "en-GB"], "en-GB"],
    [["en-IN"], ["en-US", "en-GB"], "en-GB"],
    [["fr-CH"], ["fr-CA", "fr"], "fr"],
    [["tl"], ["en", "fil"], "fil"],
    [["in"], ["en", "id"], "id"],
    [["mo"], ["en", "ro"], "ro"],
    [["zh-MO"], ["zh-TW", "zh-HK"], "zh-HK"],
    [["zh-SG"], ["zh-TW", "zh-CN"], "zh-CN"],
  ])("for %j among %j is the same as by CLDR: %s", (locales, offered, best) => expect(bestLanguage(locales, offered)).toBe(best));

  it.each([
    "",
    "-",
    "_",
    "*",
    "x",
    "C",
    "root",
    "i-klingon",
    "zh-abcd-Hans",
    "sgn-BE-FR",
    "x-private",
    "en--GB",
    "한국어",
    "ko-",
    "\ud800",
  ])("is a meaningless tag like %j only if that tag is offered", (tag) => {
    expect(() => bestLanguage([tag], ours)).not.toThrow();
    expect(bestLanguage([tag, "ko-KR"], ours)).toMatch(/^(ko|en)$/);
    expect(bestLanguage([tag], ["en", tag])).toBe(tag);
    expect(bestLanguage(["ko-KR"], [tag, "ko"])).toBe("ko");
  });

  it("for any text is an offered language or none", () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), subtags), { maxLength: 16 }), (locales) => {
        expect([...ours, undefined]).toContain(bestLanguage(locales, ours));
      }),
      { numRuns: runs(400, 2_000) },
    ));

  it.each([
    { length: 35, best: "pt-BR" },
    { length: 36, best: undefined },
  ])("for a tag of $length characters is $best", ({ length, best }) =>
    expect(bestLanguage(["pt-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd".slice(0, length)], ours)).toBe(best),
  );

  it("is found for any number of new tags", () => {
    const isFound = (_: unknown, place: number) => bestLanguage([`pt-PT-x-${(seen + place).toString(36)}`], ours) === "pt-BR";
    expect(Array.from({ length: 300 }, isFound)).not.toContain(false);
    seen += 300;
  });

  it("is found quickly for a very long tag", () => {
    const endless = `pt${Array.from({ length: 9_000 }, (_, index) => `-v${index}`.padEnd(6, "x")).join("")}`;
    // The process's own time: others may take the processor meanwhile.
    const start = process.cpuUsage();
    expect(bestLanguage([endless], ours)).toBeUndefined();
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(100);
  });
});

/** Tags are remembered from one run of a test to the next. */
let seen = 0;

/** What the shape of a tag allows, sense or not. */
const subtags = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/), { minLength: 1, maxLength: 6 })
  .chain((parts) => fc.constantFrom("-", "_").map((separator) => parts.join(separator)));

describe("a text for a person", () => {
  it.each([
    { given: "one for all", text: "Hello", locales: ["ko"], shown: "Hello" },
    { given: "one in the person's language", text: { en: "Hello", ko: "안녕하세요" }, locales: ["ko-KR"], shown: "안녕하세요" },
    { given: "one in English alone", text: { en: "Hello", ja: "こんにちは" }, locales: ["ko-KR"], shown: "Hello" },
    { given: "none in English either", text: { ja: "こんにちは", fr: "Bonjour" }, locales: ["ko"], shown: "こんにちは" },
    { given: "a regional English", text: { fr: "Bonjour", "en-GB": "Hello" }, locales: ["ko"], shown: "Hello" },
    { given: "a regional one", text: { en: "Hello", "pt-BR": "Olá" }, locales: ["pt-PT"], shown: "Olá" },
    { given: "Chinese of the other script", text: { en: "Hello", "zh-Hans": "你好" }, locales: ["zh-TW"], shown: "Hello" },
    { given: "Chinese of both scripts", text: { "zh-CN": "欢迎", "zh-TW": "歡迎" }, locales: ["zh-HK"], shown: "歡迎" },
    { given: "Norwegian", text: { en: "Hello", nb: "Hei" }, locales: ["no-NO"], shown: "Hei" },
    { given: "none at all", text: {}, locales: ["ko"], shown: "" },
  ])("with $given is $shown", ({ text, locales, shown }) => expect(textFor(text as Record<string, string>, locales)).toBe(shown));
});

describe("a text packed into a string", () => {
  it("is read back without loss", () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.dictionary(fc.constantFrom("en", "ko", "pt-BR", "fil"), fc.string(), { minKeys: 1 })),
        (words) => {
          fc.pre(Object.values(typeof words === "string" ? [words] : words).every((each) => each.trim() !== ""));
          expect(readText(text(words))).toEqual(typeof words === "string" ? words : { ...words });
        },
      ),
    ));

  it.each(["", "Five digits", "text:{}", "\u0001text:{", '123456"x"'])("is not read from %j", (message) =>
    expect(readText(message)).toBeUndefined(),
  );

  it("is shown in the person's language", () => {
    expect(textFor(text({ en: "Hello", ko: "안녕하세요" }), ["ko-KR"])).toBe("안녕하세요");
  });

  it.each([
    { tool: "a prefix and a suffix", message: `city must be ${text("Five digits")} (was "1")` },
    { tool: "two of them", message: `city must be...\n  ◦ ${text("Five digits")}\n  ◦ ${text("No letters")}` },
  ])("is found inside a library's message: $tool", ({ message }) => expect(readText(message)).toBe("Five digits"));

  it("is not read if a library changed it", () => expect(readText(text("Five digits").slice(0, -4))).toBeUndefined());

  it.each([undefined, null, {}, "", " ", { en: "" }, { en: "Five digits", ko: " " }, { en: 5 }, 5])("is refused for %j", (words) =>
    expect(() => text(words as never)).toThrow(/text needs one text/),
  );
});

describe("a language tag", () => {
  it.each(["en", "ko", "pt-BR", "pt_br", "zh-Hans", "fil", "kau", "de-CH-1996", "EN"])("is accepted: %p", (tag) =>
    expect(isKnownLanguage(tag)).toBe(true),
  );
  it.each([
    { tag: "sp", hint: "Did you mean es (Spanish)?" },
    { tag: "kr", hint: "Did you mean ko (Korean)?" },
    { tag: "jp-JP", hint: "Did you mean ja (Japanese)?" },
    { tag: "cn", hint: "Did you mean zh (Chinese)?" },
    { tag: "germ", hint: "Did you mean de (German)?" },
    { tag: "english", hint: "Did you mean en (English)?" },
    { tag: "japanese", hint: "Did you mean ja (Japanese)?" },
    { tag: "chin", hint: "Did you mean zh (Chinese)?" },
    { tag: "french", hint: "Did you mean fr (French)?" },
    { tag: "port", hint: "Did you mean pt (Portuguese)?" },
    { tag: "korean", hint: "Did you mean ko (Korean)?" },
    { tag: "x.en", hint: "Write a BCP 47 tag: en, ko, pt-BR." },
    { tag: "qqq", hint: "Write a BCP 47 tag: en, ko, pt-BR." },
    { tag: "ph", hint: "Write a BCP 47 tag: en, ko, pt-BR." },
    { tag: "e", hint: "Write a BCP 47 tag: en, ko, pt-BR." },
    { tag: "qq", hint: "Write a BCP 47 tag: en, ko, pt-BR." },
    { tag: "access-list.denied", hint: "Write a BCP 47 tag: en, ko, pt-BR." },
    { tag: "", hint: "Write a BCP 47 tag: en, ko, pt-BR." },
  ])("is refused: $tag", ({ tag, hint }) => {
    expect(isKnownLanguage(tag)).toBe(false);
    expect(() => text({ en: "No.", [tag]: "No." })).toThrow(new TypeError(`text: "${tag}" is not a language. ${hint}`));
  });

  it("may be any two-letter tag that Intl knows, except Kanuri", () => {
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
    const tags = letters.flatMap((one) => letters.map((other) => one + other));
    const differing = tags.filter(
      (tag) => isKnownLanguage(tag) !== (names.of(tag) !== undefined && Intl.getCanonicalLocales(tag)[0] === tag),
    );
    expect(differing).toEqual(["kr"]);
  });

  it.each([undefined, null, "sp", 7])("is not checked in %j, which contains no texts by language", (words) =>
    expect(languageFlaw(words)).toBeUndefined(),
  );
});

describe("a policy's text merged with ours", () => {
  const en = "Ours";
  const ko = "저희";
  it.each<{ given: string; own: Text; ours: Text | undefined; kept?: readonly string[]; both: Text }>([
    { given: "one for everybody", own: "Own", ours: { en, ko }, both: "Own" },
    { given: "one for everybody, marked", own: text("Own"), ours: { en, ko }, both: "Own" },
    { given: "nothing of ours", own: { en: "Own" }, ours: undefined, both: { en: "Own" } },
    { given: "one of ours for everybody", own: { en: "Own" }, ours: en, both: { en: "Own" } },
    { given: "a language that it lacks", own: { en: "Own" }, ours: { en, ko }, both: { en: "Own", ko } },
    { given: "a language that it lacks, marked", own: text({ en: "Own" }), ours: { en, ko }, both: { en: "Own", ko } },
    { given: "a language of another country", own: { EN_gb: "Own" }, ours: { en, ko }, both: { EN_gb: "Own", ko } },
    { given: "one of a country for another", own: { "pt-PT": "Own" }, ours: { "pt-BR": en, ko }, both: { "pt-PT": "Own", ko } },
    { given: "another script", own: { "zh-TW": "Own" }, ours: { "zh-Hans": en }, both: { "zh-TW": "Own", "zh-Hans": en } },
    { given: "a kept tag", own: { "en-GB": "Own" }, ours: { en, ko }, kept: ["en"], both: { "en-GB": "Own", en, ko } },
    { given: "a kept tag that it has", own: { en: "Own" }, ours: { en, ko }, kept: ["en"], both: { en: "Own", ko } },
    { given: "another kept tag", own: { "en-GB": "Own" }, ours: { en, ko }, kept: ["ko"], both: { "en-GB": "Own", ko } },
    {
      given: "no beside nb",
      own: { en: "Hello", no: "Hei" },
      ours: { en: "Welcome", nb: "Velkommen" },
      both: { en: "Hello", no: "Hei" },
    },
  ])("is $both if given $given", ({ own, ours: theirs, kept, both }) => expect(addOurTexts(own, theirs, kept)).toEqual(both));
});
