import { type OwnMailTexts, voiceFor } from "../../../engine/mail/voice";

const texts = { hello: { en: "Hello {name}", ko: "{name} 님" }, bye: { en: "Bye", ko: "안녕히" }, sign: "—" };

it.each<{ locales: readonly string[]; own: OwnMailTexts; language: string; hello: string; bye: string }>([
  { locales: ["ko-KR"], own: {}, language: "ko", hello: "Kim 님", bye: "안녕히" },
  { locales: ["fi", "ko"], own: {}, language: "ko", hello: "Kim 님", bye: "안녕히" },
  { locales: ["fi"], own: {}, language: "en", hello: "Hello Kim", bye: "Bye" },
  { locales: [], own: {}, language: "en", hello: "Hello Kim", bye: "Bye" },
  { locales: ["ko"], own: { hello: { ko: "어서 오세요" } }, language: "ko", hello: "어서 오세요", bye: "안녕히" },
  { locales: ["fi"], own: { hello: { fi: "Hei" } }, language: "fi", hello: "Hei", bye: "Bye" },
  { locales: ["pt-PT"], own: { hello: { pt_PT: "Olá" } }, language: "pt-PT", hello: "Olá", bye: "Bye" },
  { locales: ["zh-HK"], own: { hello: { "zh-yue-HK": "你好" } }, language: "yue-HK", hello: "你好", bye: "Bye" },
  { locales: ["ko"], own: { hello: "Hi {name}" }, language: "en", hello: "Hi Kim", bye: "안녕히" },
])("a mail for $locales, with the policy's texts $own, is written in $language", ({ locales, own, language, hello, bye }) => {
  const voice = voiceFor(texts, own, locales, "hello");
  expect(voice.moment("2026-03-01T09:05:07.000Z")).toContain("05");
  expect([voice.language, voice.say("hello", { name: "Kim" }), voice.say("bye"), voice.say("sign")]).toEqual([language, hello, bye, "—"]);
});

it("a mail uses the English text if there is none in the person's language", () =>
  expect(voiceFor({ hello: { fr: "Bonjour", "en-GB": "Hello" } }, {}, ["ko"], "hello").language).toBe("en-GB"));

it("a mail uses the first text's language if there is neither the person's language nor English", () =>
  expect(voiceFor({ hello: { fr: "Bonjour", de: "Hallo" } }, {}, ["ko"], "hello").language).toBe("fr"));

it("a mail shows times in the usual form of its language, in UTC", () => {
  expect(voiceFor(texts, {}, ["en"], "hello").moment("2026-03-01T09:05:07.000Z")).toBe("March 1, 2026 at 09:05 UTC");
  expect(voiceFor(texts, {}, ["ko"], "hello").moment("2026-03-01T21:05:07.000Z")).toMatch(/^2026년 3월 1일.* 21시? ?:?05분? UTC$/);
});
