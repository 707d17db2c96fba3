import { endProblemTexts } from "../../engine/end-problem";
import { fileProblemTexts } from "../../engine/files/file-problem";
import { formatProblem, type ProblemTexts } from "../../engine/problem-texts";
import { MAX_PARTITION_KEY_BYTES } from "../../engine/table-keys";
import { unmatchedTexts } from "../../engine/unmatched";
import type { EntryProblem } from "./entry";
import { entryColumns } from "./entry-columns";
import { describeSilence, type EmptyCellProblem, type ListProblem, type StoredRowProblem } from "./problem";
import type { RowProblem } from "./row";

type Language = "en" | "ko";
/** @param end the name of the column that holds the end of an entry */
type Texts = ProblemTexts<ListProblem, [end: string]>;

const enEntries: ProblemTexts<EntryProblem> = {
  wildcardWithoutDomain: ({ meant }) => `not a domain after *.: ${adviseEn(meant, "*.contoso.com")}`,
  wildcardAddress: ({ meant }) =>
    `not an address: ${adviseEn(meant, "contoso.com")} for everyone of ${meant?.every(isWildcard) ? "its subdomains" : "that domain"}`,
  notAddress: ({ meant }) => `not an e-mail address: ${adviseEn(meant, "kim@contoso.com")}`,
  notEntry: ({ meant }) => `not an address or a domain: ${adviseEn(meant, "kim@contoso.com, contoso.com or *.contoso.com")}`,
  noProvider: ({ meant }) => `no identity provider after issuer: ${adviseEn(meant, "issuer:google.com")}`,
  noAccountId: ({ meant: [issuer = "issuer:google.com"] = [] }) =>
    `no account id after the slash: write ${issuer} for everyone of that provider, or the id after ${issuer}/`,
};

function adviseEn(meant: readonly string[] | undefined, example: string): string {
  return meant === undefined ? `write one like ${example}` : `write ${meant.join(" or ")}`;
}

function isWildcard(entry: string): boolean {
  return entry.startsWith("*.");
}

const en: Texts = {
  ...fileProblemTexts.en,
  ...endProblemTexts.en,
  ...unmatchedTexts.en,
  ...enEntries,
  badEffect: "effect is none of allow, approval and deny",
  badIssuer: "issuer is not a provider's name",
  badGates: "gates is not names of gates",
  emptyIssuer: "issuer is an empty cell: remove it to mean every provider",
  emptyGates: "gates is an empty cell: remove it to mean every gate",
  emptyEnd: (_, end) => `${end} is an empty cell: remove it to mean no end`,
  badAllowedUntil: "allowedUntil is not a day or time like 2027-01-31 or 2027-01-31T18:00Z",
  emptyAllowedUntil: "allowedUntil is an empty cell: remove it",
  allowedUntilOfTag: "allowedUntil is on an entry that also covers other addresses: add an entry that allows this address, with expiresAt",
  suspendsUnreadable: "the current entry denies or requires approval, and has a mistake: correct it first",
  suspendsUntilPast: (_, end) =>
    `${end} is over already, so nobody would be let in: to end an exception at once, repeat the current entry, without an allowedUntil`,
  endsBeforeCurrent: ({ effect }, end) =>
    `the current entry ${effect === "deny" ? "denies" : "requires approval"} for longer, and would be gone after ${end}: name no end, or remove the current entry first`,
  suspendsOtherGates: ({ gates }) =>
    `the current entry denies or requires approval at ${gates === "" ? "all gates" : `the gates ${gates}`}, and can let people in only at all of these together: name no gate`,
  suspendsOtherIssuer: ({ issuer }) =>
    `the current entry denies or requires approval for people of ${issuer === "" ? "every provider" : issuer}, and can let in only all of these together: name no provider`,
  badPartner: "byPartner is not a domain: remove it, or write the partner's domain",
  misnamedColumn: ({ name, meant }) => `the column ${JSON.stringify(name)} should be called ${meant}`,
  unusedClass: ({ name }) => `no step's policy asks for the class ${name}: accessList({ classes: ["${name}"] })`,
  asksNobody: ({ gates }) => describeSilence(gates),
  keyTooLong: `entry is too long: normalised, it has more than the ${MAX_PARTITION_KEY_BYTES} bytes of a key, and counts for nobody`,
  unknownGates: ({ gates, known }) => `there is no gate ${gates}: ${known.includes(",") ? "there are" : "the only one is"} ${known}`,
  noEntry: "the entry is missing",
  entryNotText: "the entry is not a text",
  entryTooLong: `the entry is longer than the ${MAX_PARTITION_KEY_BYTES} bytes that DynamoDB takes for a key`,
  notText: ({ column }) => entryColumns[column].problems.en.notText,
  formula: ({ column }) => entryColumns[column].problems.en.formula,
  otherEffect: ({ effect, given }) => `its own effect is ${effect}, and ${given} was given for the whole file`,
  repeatedEntry: ({ line, entry }) => `disagrees with line ${line}: both are the entry ${entry}`,
  allowedAndDenied: ({ line }) => `disagrees with line ${line}: one of them allows the address, the other does not`,
};

const koEntries: ProblemTexts<EntryProblem> = {
  wildcardWithoutDomain: ({ meant }) => `*. 뒤가 도메인이 아닙니다. ${adviseKo(meant, "*.contoso.com")}`,
  wildcardAddress: ({ meant }) =>
    `주소가 아닙니다. ${meant?.every(isWildcard) ? "하위 도메인" : "그 도메인"}의 모든 사람이라면 ${adviseKo(meant, "contoso.com")}`,
  notAddress: ({ meant }) => `이메일 주소가 아닙니다. ${adviseKo(meant, "kim@contoso.com")}`,
  notEntry: ({ meant }) => `주소나 도메인이 아닙니다. ${adviseKo(meant, "kim@contoso.com, contoso.com 또는 *.contoso.com")}`,
  noProvider: ({ meant }) => `issuer: 뒤에 ID 제공자가 없습니다. ${adviseKo(meant, "issuer:google.com")}`,
  noAccountId: ({ meant: [issuer = "issuer:google.com"] = [] }) =>
    `빗금 뒤에 계정 ID가 없습니다. 그 제공자의 모든 사람이라면 ${issuer}만, 한 계정이라면 ${issuer}/ 뒤에 ID를 입력하세요`,
};

function adviseKo(meant: readonly string[] | undefined, example: string): string {
  return meant === undefined ? `${example}과 같이 입력하세요` : `이렇게 입력하세요: ${meant.join(" 또는 ")}`;
}

const ko: Texts = {
  ...fileProblemTexts.ko,
  ...endProblemTexts.ko,
  ...unmatchedTexts.ko,
  ...koEntries,
  badEffect: "효과가 allow, approval, deny 중 하나가 아닙니다",
  badIssuer: "제공자의 이름이 아닙니다",
  badGates: "게이트 이름이 아닙니다",
  emptyIssuer: "제공자가 빈 셀입니다. 모든 제공자라면 열을 지우세요",
  emptyGates: "게이트가 빈 셀입니다. 모든 게이트라면 열을 지우세요",
  emptyEnd: "유효 기한이 빈 셀입니다. 무기한이라면 열을 지우세요",
  badAllowedUntil: "허용 기한이 2027-01-31이나 2027-01-31T18:00Z 같은 날짜나 시각이 아닙니다",
  emptyAllowedUntil: "허용 기한이 빈 셀입니다. 열을 지우세요",
  allowedUntilOfTag: "허용 기한이 있는 항목이 다른 주소에도 적용됩니다. 이 주소를 기한을 정해 허용하는 항목을 추가하세요",
  suspendsUnreadable: "거부하거나 승인을 요구하는 지금 항목에 잘못된 내용이 있습니다. 먼저 고치세요",
  suspendsUntilPast: "유효 기한이 이미 지나 아무도 허용되지 않습니다. 예외를 바로 끝내려면 허용 기한 없이 지금 항목을 다시 저장하세요",
  endsBeforeCurrent: ({ effect }, end) =>
    `지금 항목이 더 오래 ${effect === "deny" ? "거부합니다" : "승인을 요구합니다"}. ${end} 뒤에는 사라지므로, 기한을 비우거나 지금 항목을 먼저 제거하세요`,
  suspendsOtherGates: ({ gates }) =>
    `지금 항목이 ${gates === "" ? "모든 게이트" : `${gates} 게이트`}에서 거부하거나 승인을 요구하며, 그 게이트 전체에서만 기한을 정해 허용할 수 있습니다. 게이트를 비워 두세요`,
  suspendsOtherIssuer: ({ issuer }) =>
    `지금 항목이 ${issuer === "" ? "모든 제공자" : issuer} 계정을 거부하거나 승인을 요구하며, 그 계정 전체에만 기한을 정해 허용할 수 있습니다. 제공자를 비워 두세요`,
  badPartner: "관리하는 파트너가 도메인이 아닙니다. 열을 지우거나 파트너의 도메인을 입력하세요",
  misnamedColumn: ({ name, meant }) => `열 ${JSON.stringify(name)}의 이름은 ${meant}이어야 합니다`,
  unusedClass: ({ name }) => `어느 단계의 정책도 ${name} 유형을 묻지 않습니다: accessList({ classes: ["${name}"] })`,
  asksNobody: ({ gates }) => `승인을 요청하는 규칙이 없는 게이트: ${gates}`,
  keyTooLong: `항목이 너무 깁니다. 정규화하면 키의 ${MAX_PARTITION_KEY_BYTES}바이트를 넘어 누구에게도 적용되지 않습니다`,
  unknownGates: ({ gates, known }) => `없는 게이트입니다: ${gates}. 게이트: ${known}`,
  noEntry: "항목이 없습니다",
  entryNotText: "항목이 텍스트가 아닙니다",
  entryTooLong: `항목이 DynamoDB의 키로 쓸 수 있는 ${MAX_PARTITION_KEY_BYTES}바이트보다 깁니다`,
  notText: ({ column }) => entryColumns[column].problems.ko.notText,
  formula: ({ column }) => entryColumns[column].problems.ko.formula,
  otherEffect: ({ effect, given }) => `행의 효과는 ${effect}인데 파일 전체의 효과는 ${given}로 정했습니다`,
  repeatedEntry: ({ line, entry }) => `${line}번째 줄과 다릅니다. 두 줄 모두 ${entry} 항목입니다`,
  allowedAndDenied: ({ line }) => `${line}번째 줄과 다릅니다. 같은 주소를 한 줄은 허용하고 다른 줄은 허용하지 않습니다`,
};

const texts = { en, ko } as const;

/** The effect of a row in the table until somebody corrects it. A row of a file is refused. */
const consequences = {
  en: {
    badEffect: "it denies",
    badIssuer: "an allow does not count, a deny or approval counts for everyone",
    badGates: "an allow does not count, a deny or approval counts at every gate",
    emptyIssuer: "an allow does not count, a deny or approval counts for everyone",
    emptyGates: "an allow does not count, a deny or approval counts at every gate",
    emptyEnd: "an allow does not count, a deny or approval stays",
    badAllowedUntil: "a deny or approval counts at once",
    emptyAllowedUntil: "a deny or approval counts at once",
    allowedUntilOfTag: "a deny or approval counts at once",
    badPartner: "an allow does not count, a deny or approval stays",
    unreadableEnd: "an allow does not count, a deny or approval stays",
    misnamedColumn: "an allow does not count until then",
    unmatched: "it counts for nobody",
    asksNobody: "there it denies",
  },
  ko: {
    badEffect: "거부로 적용됩니다",
    badIssuer: "허용은 적용되지 않고, 거부나 승인 대기는 모든 사람에게 적용됩니다",
    badGates: "허용은 적용되지 않고, 거부나 승인 대기는 모든 게이트에서 적용됩니다",
    emptyIssuer: "허용은 적용되지 않고, 거부나 승인 대기는 모든 사람에게 적용됩니다",
    emptyGates: "허용은 적용되지 않고, 거부나 승인 대기는 모든 게이트에서 적용됩니다",
    emptyEnd: "허용은 적용되지 않고, 거부나 승인 대기는 그대로 남습니다",
    badAllowedUntil: "거부나 승인 대기가 바로 적용됩니다",
    emptyAllowedUntil: "거부나 승인 대기가 바로 적용됩니다",
    allowedUntilOfTag: "거부나 승인 대기가 바로 적용됩니다",
    badPartner: "허용은 적용되지 않고, 거부나 승인 대기는 그대로 남습니다",
    unreadableEnd: "허용은 적용되지 않고, 거부나 승인 대기는 그대로 남습니다",
    misnamedColumn: "고칠 때까지 허용은 적용되지 않습니다",
    unmatched: "누구에게도 적용되지 않습니다",
    asksNobody: "그곳에서는 거부됩니다",
  },
} as const satisfies Readonly<
  Record<
    Language,
    Readonly<
      Record<Exclude<RowProblem["code"], "badEnd"> | EmptyCellProblem["code"] | "unreadableEnd" | "unmatched" | "asksNobody", string>
    >
  >
>;

const END = "expiresAt";

export function describeProblem(problem: ListProblem, language: Language = "en", end = END): string {
  return formatProblem(problem, texts[language], end);
}

export function describeProblems(problems: readonly ListProblem[], language: Language = "en", end = END): string {
  return problems.map((problem) => describeProblem(problem, language, end)).join("; ");
}

export interface RowWords {
  readonly language?: Language;
  readonly end?: string;
  /** If false, the text does not say what effect the row has until it is corrected. @default true */
  readonly hasConsequences?: boolean;
}

/** Describes a row's problems, and the row's effect until they are corrected. The hygiene worker stores the English text. */
export function describeRowProblems(
  problems: readonly StoredRowProblem[],
  { language = "en", end = END, hasConsequences = true }: RowWords = {},
): string {
  const follows: Partial<Readonly<Record<string, string>>> = hasConsequences ? consequences[language] : {};
  return problems
    .map((problem) => {
      const { code } = problem;
      const subject = language === "en" && (code in enEntries || code in unmatchedTexts.en) ? "entry is " : "";
      const consequence = follows[code in endProblemTexts.en ? "unreadableEnd" : code in unmatchedTexts.en ? "unmatched" : code];
      return [subject + describeProblem(problem, language, end), consequence ?? []].flat().join(": ");
    })
    .join("; ");
}
