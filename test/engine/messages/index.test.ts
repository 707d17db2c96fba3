import {
  blockMessage,
  blockTitle,
  catalogueFor,
  catalogues,
  type MessageSettings,
  problemsMessage,
  staticBlockMessage,
} from "../../../engine/messages";
import { ja } from "../../../engine/messages/ja";
import { type Text, text } from "../../../engine/sign-up/text";
import { texts as limitTexts } from "../../../features/limit/texts";

const voice = (locales: readonly string[], options: MessageSettings["options"] = {}): MessageSettings => ({ locales, options });
const REFERENCE = "K7QD-9MXD";
const LONG = "x".repeat(5_000);
const referenceIn = ([language]: readonly string[]) =>
  ({ ko: `(참조 번호: ${REFERENCE})`, ja: `(参照番号: ${REFERENCE})` })[language ?? ""] ?? `(Reference: ${REFERENCE})`;
/** How long a userMessage may get: Entra documents no limit, a page has one. */
const LIMIT = 2_000;

describe("a block page", () => {
  it.each([
    { locales: ["en-US"], says: "You cannot sign up with this account." },
    { locales: ["ko-KR"], says: "이 계정으로는 가입할 수 없습니다." },
    { locales: ["ja-JP"], says: "このアカウントではサインアップできません。" },
    { locales: ["zh-CN"], says: "无法使用此帐户注册。" },
    { locales: ["zh-TW"], says: "You cannot sign up with this account." },
    { locales: ["de-AT"], says: "Mit diesem Konto können Sie sich nicht registrieren." },
    { locales: ["fr-CA"], says: "Vous ne pouvez pas vous inscrire avec ce compte." },
    { locales: ["es-419"], says: "No puede registrarse con esta cuenta." },
    { locales: ["pt-PT"], says: "Você não pode se inscrever com esta conta." },
    { locales: ["it-IT", "ko-KR", "en"], says: "이 계정으로는 가입할 수 없습니다." },
    { locales: ["fi"], says: "You cannot sign up with this account." },
    { locales: [], says: "You cannot sign up with this account." },
  ])("for $locales says $says", ({ locales, says }) => {
    const message = blockMessage({ reason: "access-list.denied" }, REFERENCE, voice(locales));
    expect(message.startsWith(says)).toBe(true);
    expect(message).toContain(REFERENCE);
  });

  it.each(catalogues.map(({ language }) => language))("does not reveal in %s whether the list names the person", (language) => {
    const say = (reason: string) => blockMessage({ reason }, REFERENCE, voice([language]));
    expect(say("access-list.denied")).toBe(say("access-list.unlisted"));
  });

  it("has a general text for a reason without words of its own", () =>
    expect(blockMessage({ reason: "own.reason" }, REFERENCE, voice(["en"]))).toBe(`You cannot sign up. (Reference: ${REFERENCE})`));

  it.each(["constructor", "toString", "__proto__"])(
    "has the general text even if the reason is %p, the name of a built-in member of JavaScript objects",
    (reason) => expect(blockMessage({ reason }, REFERENCE, voice(["en"], { messages: {} }))).toMatch(/^You cannot sign up\. /),
  );
});

describe("the words for a reason", () => {
  const messages = { "access-list.denied": { en: "Ask Kim.", ko: "김에게 물어보세요." }, "own.reason": "Closed today." };

  it.each([
    { are: "the policy's own, in the person's language", reason: "access-list.denied", locales: ["ko"], text: "김에게 물어보세요." },
    {
      are: "the catalogue's, where the policy's own lack the language",
      reason: "access-list.denied",
      locales: ["ja", "en"],
      text: ja.reasons["access-list.denied"],
    },
    { are: "the policy's own English, where nobody has the language", reason: "access-list.denied", locales: ["fi"], text: "Ask Kim." },
    { are: "the policy's own for all", reason: "own.reason", locales: ["ko"], text: "Closed today." },
    { are: "the policy's own before the rule's", reason: "own.reason", message: "Rule.", locales: ["en"], text: "Closed today." },
    { are: "the rule's own", reason: "rule.reason", message: { en: "Rule.", ko: "규칙." }, locales: ["ko"], text: "규칙." },
    { are: "the rule's own before the catalogue's", reason: "access-list.unlisted", message: "Rule.", locales: ["en"], text: "Rule." },
    { are: "the catalogue's in place of an empty text", reason: "own.empty", message: "", locales: ["en"], text: "You cannot sign up." },
    { are: "the catalogue's in place of no text", reason: "own.empty", message: {}, locales: ["en"], text: "You cannot sign up." },
  ])("are $are", ({ reason, message, locales, text }) =>
    expect(blockMessage({ reason, message: message as Text | undefined }, REFERENCE, voice(locales, { messages }))).toBe(
      `${text} ${referenceIn(locales)}`,
    ),
  );
});

describe("the words for a reason that the policy words in some languages", () => {
  const messages = { "limit.reached": { en: "Ask Kim.", pt: "Fale com Kim.", "zh-Hant": "請洽 Kim。" } };
  const ours = limitTexts["limit.reached"];
  it.each([
    { locales: ["fi", "en"], text: "Ask Kim." },
    { locales: ["fi"], text: "Ask Kim." },
    { locales: ["de-AT", "en"], text: ours.de },
    { locales: ["pt-BR"], text: "Fale com Kim." },
    { locales: ["zh-TW"], text: "請洽 Kim。" },
    { locales: ["zh-CN"], text: ours["zh-Hans"] },
  ])("for $locales are $text", ({ locales, text }) =>
    expect(blockMessage({ reason: "limit.reached", message: ours }, REFERENCE, voice(locales, { messages })).startsWith(`${text} `)).toBe(
      true,
    ),
  );

  it("are the policy's text in every language if the policy gives a single text", () =>
    expect(
      blockMessage({ reason: "limit.reached", message: ours }, REFERENCE, voice(["de"], { messages: { "limit.reached": "Ask Kim." } })),
    ).toMatch(/^Ask Kim\. /));
});

describe("a rule's own text in some languages", () => {
  it.each([
    { given: "by language", message: { en: "Five digits.", it: "Cinque cifre." } },
    { given: "by text()", message: text({ en: "Five digits.", it: "Cinque cifre." }) },
  ])("is used if given $given; other languages keep the catalogue's text", ({ message }) => {
    const say = (reason: string, locale: string) => problemsMessage([{ reason, message }], voice([locale]));
    expect(say("attribute.invalid", "it")).toBe("Cinque cifre.");
    expect(say("attribute.invalid", "ja")).toBe(ja.reasons["attribute.invalid"]);
    expect(say("attribute.invalid", "fi")).toBe("Five digits.");
    expect(say("own.reason", "ja")).toBe("Five digits.");
  });
});

describe("a language that a policy adds", () => {
  const words = (language: string, reasons: Readonly<Record<string, string>>) => ({ languages: [{ language, reasons }] });

  it("uses its own text instead of a rule's, and fills in the rule's numbers and names", () => {
    const said = {
      reason: "own.seats",
      message: { en: "Two seats of Kim." },
      wording: { values: { count: 2, whose: { en: "Kim", it: "Chim" } } },
    };
    const options = words("it", { "own.seats": "{count} posti di {whose}." });
    expect(blockMessage(said, REFERENCE, voice(["it"], options))).toMatch(/^2 posti di Chim\. /);
  });

  it("does not replace a rule's text in the same language of other countries", () => {
    const said = { reason: "own.reason", message: { en: "Closed.", de: "Geschlossen." } };
    const say = (locale: string) => blockMessage(said, REFERENCE, voice([locale], words("de-CH", { "own.reason": "Zu." })));
    expect(say("de-CH")).toMatch(/^Zu\. /);
    expect(say("de")).toMatch(/^Geschlossen\. /);
  });
});

it.each([
  { locales: ["ko-KR", "en"], language: "ko" },
  { locales: ["pt-PT"], language: "pt-BR" },
  { locales: ["fi", "de"], language: "de" },
  { locales: ["fi"], language: "en" },
  { locales: [], language: "en" },
])("a person with $locales gets a message in $language", ({ locales, language }) => expect(catalogueFor(locales).language).toBe(language));

it.each<{ messages: MessageSettings["options"]["messages"]; locale: string; title: string }>([
  { messages: { "gatehouse.block-title": { en: "Sorry", ko: "죄송합니다" } }, locale: "ko", title: "죄송합니다" },
  { messages: { "gatehouse.block-title": "" }, locale: "ko", title: "가입할 수 없습니다" },
  { messages: {}, locale: "ko", title: "가입할 수 없습니다" },
  { messages: undefined, locale: "ko", title: "가입할 수 없습니다" },
])("a block page's title is $title with $messages", ({ messages, locale, title }) =>
  expect(blockTitle(voice([locale], messages && { messages }))).toBe(title),
);

it("a message names a field by the policy's label, else by the catalogue in the person's language", () => {
  const problems = [{ attribute: "city", reason: "attribute.required" }];
  const labels = { city: { en: "Town", it: "Comune" } };
  expect(problemsMessage(problems, voice(["it"], { labels }))).toMatch(/^Comune: /);
  expect(problemsMessage(problems, voice(["en"], { labels }))).toMatch(/^Town: /);
  expect(problemsMessage(problems, voice(["ko"], { labels }))).toMatch(/^구\/군\/시: /);
});

describe("a message of problems", () => {
  const problem = (attribute?: string, message?: string) => ({
    reason: "attribute.invalid",
    ...(attribute !== undefined && { attribute }),
    ...(message !== undefined && { message }),
  });

  it.each([
    { given: "a built-in attribute", problems: [problem("city", "No")], locale: "en", says: "City: No." },
    { given: "it in Korean", problems: [problem("city", "없음")], locale: "ko", says: "구/군/시: 없음." },
    { given: "it in Japanese", problems: [problem("city", "いいえ")], locale: "ja", says: "市区町村: いいえ。" },
    { given: "it in Chinese", problems: [problem("city", "不对")], locale: "zh-CN", says: "城市：不对。" },
    { given: "it in French", problems: [problem("city", "Non")], locale: "fr", says: "Ville\u00a0: Non." },
    {
      given: "what looks like a place to fill",
      problems: [problem("city", "$& {attribute}")],
      locale: "en",
      says: "City: $& {attribute}.",
    },
    { given: "a custom attribute", problems: [problem("extension_Code", "No")], locale: "en", says: "Code: No." },
    {
      given: "an attribute whose name only holds the prefix",
      problems: [problem("my_extension_x", "No")],
      locale: "en",
      says: "my_extension_x: No.",
    },
    { given: "a text of two sentences", problems: [problem(undefined, "No! Not so")], locale: "en", says: "No! Not so." },
    { given: "no attribute", problems: [problem(undefined, "No")], locale: "en", says: "No." },
    { given: "a question", problems: [problem(undefined, "Really?")], locale: "en", says: "Really?" },
    { given: "the same twice", problems: [problem("city", "No"), problem("city", "No")], locale: "en", says: "City: No." },
    { given: "two of one attribute", problems: [problem("city", "A"), problem("city", "B")], locale: "en", says: "City: A. City: B." },
    { given: "no text", problems: [problem("city")], locale: "en", says: "City: This value is not valid." },
    {
      given: "a reason that nobody has words for",
      problems: [{ attribute: "city", reason: "own.reason" }],
      locale: "en",
      says: "City: This value is not valid.",
    },
    { given: "an empty text", problems: [problem("city", "")], locale: "en", says: "City: This value is not valid." },
    { given: "a name from a prototype", problems: [problem("constructor", "No")], locale: "en", says: "constructor: No." },
  ])("names $given: $says", ({ problems, locale, says }) => expect(problemsMessage(problems, voice([locale]))).toBe(says));

  it("uses the policy's texts and labels", () => {
    const own = voice(["ko"], { labels: { city: { ko: "도시" } }, messages: { "attribute.invalid": { ko: "틀립니다." } } });
    expect(problemsMessage([problem("city", "No")], own)).toBe("도시: 틀립니다.");
  });
});

describe("a message", () => {
  const problems = Array.from({ length: 200 }, (_, index) => ({ attribute: `a${index}`, reason: "attribute.invalid" }));

  it.each([
    { of: "a long text", message: problemsMessage([{ reason: "x", message: LONG }], voice(["en"])) },
    { of: "many problems", message: problemsMessage(problems, voice(["en"])) },
    { of: "emoji", message: problemsMessage([{ reason: "x", message: "🙂".repeat(3_000) }], voice(["en"])) },
    { of: "a long block text", message: blockMessage({ reason: "x", message: LONG }, REFERENCE, voice(["en"])) },
  ])("of $of fits a page", ({ message }) => {
    expect(message.length).toBeLessThan(LIMIT);
    expect(message).not.toMatch(/\p{Cs}/u);
  });

  it.each([
    { given: "a thousand characters", typed: `${"x".repeat(999)}.`, shown: `${"x".repeat(999)}.` },
    { given: "one more", typed: `${"x".repeat(1_000)}.`, shown: `${"x".repeat(1_000)}…` },
    { given: "an emoji before it", typed: `🙂${"x".repeat(1_000)}.`, shown: `🙂${"x".repeat(998)}…` },
    { given: "half an emoji at the cut", typed: `${"x".repeat(999)}🙂.`, shown: `${"x".repeat(999)}…` },
  ])("is cut after a thousand characters, but not inside a character: $given", ({ typed, shown }) =>
    expect(problemsMessage([{ reason: "x", message: typed }], voice(["en"]))).toBe(shown),
  );

  it("keeps its reference even if it is cut", () =>
    expect(blockMessage({ reason: "x", message: LONG }, REFERENCE, voice(["en"]))).toContain(REFERENCE));
});

describe("a message from a policy", () => {
  const nasty = "Pay\r\nBcc: kim@contoso.com\u0000\u202e\u2066now\u2028!\ud800";
  const clean = "Pay Bcc: kim@contoso.com now !\ufffd";
  const options = { messages: { "own.reason": { en: nasty } }, labels: { city: nasty } };

  it.each([
    { of: "a block's own text", say: () => blockMessage({ reason: "x", message: nasty }, REFERENCE, voice(["en"])), holds: clean },
    { of: "the policy's text", say: () => blockMessage({ reason: "own.reason" }, REFERENCE, voice(["en"], options)), holds: clean },
    {
      of: "a label",
      say: () => problemsMessage([{ attribute: "city", reason: "x" }], voice(["en"], options)),
      holds: `${clean}: This value`,
    },
    { of: "a problem", say: () => problemsMessage([{ reason: "x", message: nasty }], voice(["en"])), holds: clean },
    { of: "an attribute's name", say: () => problemsMessage([{ attribute: nasty, reason: "x" }], voice(["en"])), holds: clean },
    {
      of: "a text with a line break at its end",
      say: () => problemsMessage([{ reason: "x", message: "No.\n" }], voice(["en"])),
      holds: "No.",
    },
  ])("is one line without direction marks, even if it is $of", ({ say, holds }) => {
    const message = say();
    expect(message).toContain(holds);
    expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u);
    expect(message).not.toMatch(/\.\.$/);
  });

  it("is replaced by the catalogue's if cleaning leaves nothing", () =>
    expect(problemsMessage([{ reason: "attribute.invalid", message: "\n\u202e" }], voice(["en"]))).toBe("This value is not valid."));

  it("keeps the invisible characters that scripts and emoji need", () =>
    expect(problemsMessage([{ reason: "x", message: "می‌خواهم 👩‍👩‍👧." }], voice(["en"]))).toBe("می‌خواهم 👩‍👩‍👧."));
});

describe("the static block page", () => {
  const message = staticBlockMessage("00000000-0000-4000-8000-000000000000");

  it.each(catalogues)("speaks $language", ({ tryLater }) => expect(message).toContain(tryLater));

  it("is short and contains the reference", () => {
    expect(message).toMatch(/\(Reference: 00000000-0000-4000-8000-000000000000\)$/);
    expect(message.length).toBeLessThan(300);
  });
});
