import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { OwnMailTexts } from "../../../engine/mail/voice";
import { replyFor, staticBlockMessage } from "../../../engine/messages";
import type { Answer } from "../../../engine/sign-up/decision";
import type { Policy } from "../../../engine/sign-up/policy";
import { text } from "../../../engine/sign-up/text";
import { applicantMail } from "../../../features/approvals/worker/applicant-mail";
import { languageTemplate } from "../../../features/languages/stack/needed";
import { policyChecks as languagesPolicy, mailTextsWith } from "../../../features/languages/stack/policy";
import { packageRoot } from "../../../lib/app-root";
import { answeringRules, loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { checkPolicyTypes } from "../../../lib/policy-folder/policy-types";
import { writeBundle } from "../../../lib/resources/bundle";
import { stepBundle } from "../../../lib/sign-up/step-bundle";
import { told } from "../approvals/mail-requests";
import italian from "./it";

/** A new one each time: what was loaded from a path once stays loaded. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(packageRoot, ".local-test-languages-"));
  mkdirSync(join(folder, "languages"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, source: string) => writeFileSync(join(folder, name), source);
function policyWith(options = "{}", rules = "accessList(), minimumAge('extension_Born', { years: 16 })") {
  put(
    "before-create-user.ts",
    `import { accessList, beforeCreateUser, minimumAge, requestApproval } from "entra-gatehouse";\nexport default beforeCreateUser([${rules}], { trust: "any", ...${options} });\n`,
  );
  copyFileSync(join(__dirname, "it.ts"), join(folder, "languages", "it.ts"));
}
const load = () => loadPolicyFolder(folder);

const REFERENCE = "K7QD-9MXD";
function read(answer: Answer, locales: readonly string[], { options } = load()[0]?.policy as Policy): string {
  const reply = replyFor(answer, REFERENCE, { locales, options });
  return reply.kind === "continue" ? "" : reply.message;
}
const blocked = (reason: string, more: object = {}): Answer => ({ kind: "block", reason, ...more });
const invalid = (more: object): Answer => ({
  kind: "invalid",
  problems: [{ attribute: "jobTitle", reason: "attribute.invalid", ...more }],
});
const everyone = { en: "Short.", ko: "짧음." };

describe("a person in a language that the policy adds reads", () => {
  it.each([
    { what: "a refusal and its reference", answer: blocked("access-list.denied"), says: "Non puoi registrarti con questo account." },
    {
      what: "a rule's text with its values",
      answer: blocked("age.too-young", { message: everyone, wording: { values: { years: 16 } } }),
      says: "Devi avere almeno 16 anni.",
    },
    {
      what: "a more exact text",
      answer: invalid({ message: everyone, wording: { variant: "atLeastCharacters", values: { count: 5 } } }),
      says: "Qualifica: Inserisci almeno 5 caratteri.",
    },
    {
      what: "the text of the reason, without a more exact one",
      answer: invalid({ message: everyone, wording: { variant: "date" } }),
      says: "Qualifica: Valore non valido.",
    },
    {
      what: "a provider's name",
      answer: blocked("account.exists", {
        message: everyone,
        wording: { variant: "provider", values: { provider: { en: "Post", it: "Posta" } } },
      }),
      says: "Ti sei registrato con Posta.",
    },
  ])("$what", ({ answer, says }) => {
    policyWith();
    expect(read(answer, ["it-IT"])).toBe(`${says} (Riferimento: ${REFERENCE})`);
  });

  it.each([
    { locales: ["it-IT", "ko-KR"], says: "지금은 가입을 처리할 수 없습니다." },
    { locales: ["it"], says: "We cannot process your sign-up right now." },
  ])("the next language of $locales for a text that it lacks", ({ locales, says }) => {
    policyWith();
    expect(read(blocked("gatehouse.unavailable"), locales)).toMatch(new RegExp(`^${says}`));
  });

  it("Gatehouse's own text, as before, if they ask for one of Gatehouse's languages instead", () => {
    policyWith();
    expect(read(blocked("access-list.denied"), ["de"])).toMatch(/^Mit diesem Konto/);
  });
});

describe("a policy's text in two languages does not change other languages", () => {
  const own = { en: "Ask Kim.", ko: "김에게." };
  it.each([
    {
      where: "messages",
      options: `{ messages: { "access-list.denied": ${JSON.stringify(own)} } }`,
      answer: blocked("access-list.denied"),
      it: "Non puoi",
      de: "Mit diesem",
    },
    { where: "a rule's message", options: "{}", answer: blocked("access-list.denied", { message: own }), it: "Non puoi", de: "Mit diesem" },
    { where: "text()", options: "{}", answer: invalid({ message: text(own) }), it: "Qualifica: Valore", de: "Position: Dieser Wert" },
    {
      where: "labels",
      options: `{ labels: { jobTitle: ${JSON.stringify({ en: "Job", ko: "직" })} } }`,
      answer: invalid({}),
      it: "Qualifica: ",
      de: "Position: ",
    },
  ])("in $where", ({ options, answer, it, de }) => {
    policyWith(options);
    expect(read(answer, ["it"]).startsWith(it)).toBe(true);
    expect(read(answer, ["de"]).startsWith(de)).toBe(true);
    expect(read(answer, ["fi"])).toMatch(/^(Ask Kim|Job)/);
    expect(read(answer, ["ko"])).toMatch(/^(김에게|직)/);
  });

  it("in approvalMail.texts", () => {
    policyWith();
    const texts = mailTextsWith(load(), { "denied.subject": { en: "Sorry", ko: "죄송" } });
    const subject = (locale: string) => mailIn(locale, texts).subject;
    expect(["it-IT", "de", "fi", "ko"].map(subject)).toEqual(["Richiesta respinta", "Ihre Anfrage wurde abgelehnt", "Sorry", "죄송"]);
  });
});

function mailIn(locale: string, ownTexts: OwnMailTexts) {
  const decision = { verdict: "denied", by: "it@contoso.com", at: told.time } as never;
  const mail = applicantMail(
    { type: "approval.decided.v1", detail: { ...told, locales: [locale], decision } },
    { ownTexts, redirectUrl: "https://app.contoso.com" },
  );
  return mail ?? expect.unreachable();
}

describe("a mail to people", () => {
  it("uses a language that the policy adds for every text that the language has", () => {
    policyWith();
    const { subject, html, text: words } = mailIn("it", mailTextsWith(load(), {}));
    expect(subject).toBe("Richiesta respinta");
    expect(words).toMatch(/^La tua richiesta/);
    expect(words).toContain("You are receiving this e-mail because");
    expect(html).toContain('<html lang="it">');
  });

  it("uses an added text in pt-PT, and keeps Gatehouse's text in pt-BR", () => {
    policyWith();
    put("languages/pt-PT.ts", `export default { mail: { "denied.subject": "O seu pedido foi recusado" } };`);
    const texts = mailTextsWith(load(), {});
    expect(mailIn("pt-PT", texts).subject).toBe("O seu pedido foi recusado");
    expect(mailIn("pt-BR", texts).subject).toBe("Sua solicitação foi recusada");
  });
});

describe("the file of a language", () => {
  it.each([
    { given: "jp", source: "export default {};", says: 'languages/jp.ts: "jp" is not a language. Did you mean ja (Japanese)?' },
    { given: "kr", source: "export default {};", says: "Did you mean ko (Korean)?" },
    { given: "it_it_it", source: "export default {};", says: '"it_it_it" is not a language. Did you mean it (Italian)?' },
    { given: "de", source: "export default {};", says: "languages/de.ts: Gatehouse already has texts in de. To write others" },
    { given: "it", source: "export const it = {};", says: "languages/it.ts: it must export texts" },
    {
      given: "it",
      source: `export default { reasons: { "access-list.denid": "No." } };`,
      says: "reasons has no text access-list.denid. Did you mean access-list.denied?",
    },
    { given: "it", source: `export default { blokTitle: "No" };`, says: "there is no text blokTitle. Did you mean blockTitle?" },
    {
      given: "it",
      source: "export default { reasons: { 'age.too-young': 'Cresci.' } };",
      says: "age.too-young must have the places of the English text, {years}",
    },
    { given: "it", source: "export default { fullStop: 7 };", says: "fullStop must be a text" },
  ])("$given.ts is rejected: $source", ({ given, source, says }) => {
    policyWith();
    put(`languages/${given}.ts`, source);
    expect(load).toThrow(says);
  });

  it.each([
    { file: "zh-hant", tag: "zh-Hant" },
    { file: "zh-yue-HK", tag: "yue-HK" },
    { file: "nb_NO", tag: "nb-NO" },
  ])("is named in the spelling of BCP 47: $file is $tag", ({ file, tag }) => {
    policyWith();
    put(`languages/${file}.ts`, `export default { tryLater: "請稍後再試。" };`);
    expect(load()[0]?.policy.options.languages?.map(({ language }) => language)).toEqual(expect.arrayContaining(["it", tag]));
  });

  it("does not compile if a reason is mistyped", () => {
    policyWith();
    put(
      "languages/it.ts",
      `import type { LanguageTexts } from "entra-gatehouse";\nexport default { reasons: { "access-list.denid": "No." } } satisfies LanguageTexts;\n`,
    );
    expect(() => checkPolicyTypes(folder)).toThrow(/languages\/it\.ts.*access-list\.denid/s);
  });

  it("causes a warning with the line of the first missing text and the names of all", () => {
    policyWith();
    const [warning, ...more] = languagesPolicy.warns?.(load(), {} as never) ?? [];
    expect(more).toEqual([]);
    const line =
      readFileSync(join(folder, "languages/it.ts"), "utf8")
        .split("\n")
        .findIndex((each) => each.includes("gatehouse.unavailable")) + 1;
    expect(warning?.startsWith(`${relative(packageRoot, folder)}/languages/it.ts:${line}: it has no text for request.email, `)).toBe(true);
    expect(warning).not.toContain("access-list.denied");
  });

  it("is created as a template of the policy's texts, which causes no warning once it is filled in", () => {
    policyWith("{}", "accessList(), minimumAge('extension_Born', { years: 16 }), requestApproval()");
    const template = languageTemplate("it", load().flatMap(answeringRules));
    expect(template).toContain('    // You must be at least {years} years old to sign up.\n    "age.too-young": "",');
    expect(template).toContain('"denied.subject": "",');
    expect(template).not.toContain("requested.subject");
    const filled = template.replaceAll(/\/\/ (.*)\n(.*)"",$/gm, (_, words, name) => `${name}${JSON.stringify(words)},`);
    put("languages/fi.ts", filled);
    rmSync(join(folder, "languages/it.ts"));
    checkPolicyTypes(folder);
    expect(languagesPolicy.warns?.(load(), {} as never)).toEqual([]);
  });
});

it("a language adds only texts of a step's rules to the step's bundle", async () => {
  policyWith("{}", "accessList()");
  const out = mkdtempSync(join(tmpdir(), "gatehouse-languages-"));
  const [step] = load();
  if (step === undefined) return expect.unreachable();
  await writeBundle(stepBundle(step, step.step), out);
  const code = readFileSync(join(out, "index.js"), "utf8");
  expect(code).toContain("Non puoi registrarti");
  expect(code).not.toContain("Devi avere almeno");
  expect(code).not.toContain("Richiesta respinta");
  rmSync(out, { recursive: true });
});

it("the gateway's page, which has all languages, contains the text of an added language", () =>
  expect(staticBlockMessage("X", [{ language: "it", tryLater: italian.tryLater }, { language: "fi" }])).toMatch(
    / \/ Riprova più tardi\. \/ \(Reference: X\)$/,
  ));
