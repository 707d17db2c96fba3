import { pageTexts } from "../operator/page-texts";
import { formatProblem, type ProblemTexts } from "../problem-texts";

export type FileProblem =
  | {
      readonly code:
        | "quoteNotClosed"
        | "quoteNotClosedInCell"
        | "quoteWithinCell"
        | "notUtf8"
        | "spoiltCell"
        | "lineTooLong"
        | "notJsonObject"
        | "namelessMember"
        | "namelessColumn"
        | "badColumnName"
        | "repeatedHeader"
        | "dynamodbJson"
        | "copiedJson"
        | FileKind;
    }
  | { readonly code: "blockerFile"; readonly kind: BlockerFile }
  | { readonly code: "recordTooLong"; readonly most: number }
  | { readonly code: "tooManyFaults"; readonly most: number }
  | { readonly code: "cellCount"; readonly cells: number; readonly columns: number }
  | { readonly code: "missingColumn"; readonly name: string }
  | { readonly code: "repeatedColumn"; readonly name: string }
  | { readonly code: "emptyFile"; readonly columns: readonly string[] }
  | { readonly code: "noHeader"; readonly columns: readonly string[] }
  | { readonly code: "unknownColumn"; readonly name: string; readonly meant?: string; readonly columns: readonly string[] }
  | { readonly code: "userWithoutMail"; readonly name: string; readonly meant?: string }
  | { readonly code: "lostDigits"; readonly name: string; readonly number: string };

/** Forms of files that hold rows but cannot be imported. */
export type FileKind =
  | "workbook"
  | "gzip"
  | "markup"
  | "jsonArray"
  | "jsonOnSeveralLines"
  | "jsonInCsv"
  | "separatorLine"
  | "plainList"
  | "otherSeparator";

/** Block lists that are made for ad blockers and DNS servers. */
export type BlockerFile = "hosts" | "adblock" | "dnsmasq" | "zone";

/** Thrown for a file that cannot be read at all. */
export class FileError extends Error {
  override readonly name = "FileError";
  constructor(
    /** The number of the line, counted from 1. */
    readonly line: number,
    readonly problem: FileProblem,
  ) {
    super(problem.code);
  }
}

const blockerFiles = {
  en: {
    hosts: "a hosts file",
    adblock: "a filter list of ad blockers",
    dnsmasq: "settings of dnsmasq",
    zone: "a zone of a DNS server",
  },
  ko: { hosts: "호스트 파일", adblock: "광고 차단기의 필터 목록", dnsmasq: "dnsmasq 설정", zone: "DNS 서버의 영역 파일" },
} as const satisfies Record<string, Readonly<Record<BlockerFile, string>>>;

const en: ProblemTexts<FileProblem> = {
  quoteNotClosed: "a quote opens here and is not closed",
  quoteNotClosedInCell: "a quote is not closed before its cell ends",
  quoteWithinCell: 'a quote within a cell that is not quoted: write "5"" pipe"',
  notUtf8: "not UTF-8 (UTF-16 perhaps): save the file as UTF-8",
  spoiltCell: "not UTF-8, or spoilt by an earlier conversion: save the file as UTF-8",
  lineTooLong: "the line is too long",
  notJsonObject: "not a JSON object on one line",
  namelessMember: "a member has no name",
  namelessColumn: "a column has no name: name it or take it out (pandas writes none with index=False, R with row.names=FALSE)",
  badColumnName: "a column's name is too long, or holds control characters",
  recordTooLong: ({ most }) => `longer than ${most} characters`,
  tooManyFaults: ({ most }) => `more than ${most} faulty lines: the rest is not read`,
  cellCount: ({ cells, columns }) => `${cells} ${cells === 1 ? "cell" : "cells"} where the header names ${columns}`,
  otherSeparator: "separate columns with commas: in a spreadsheet, save as CSV UTF-8 (comma delimited)",
  separatorLine: "this line is for Excel alone: remove it, and separate columns with commas",
  repeatedHeader: "names the columns once more: remove the line, and the blank one before it, if the columns are the same",
  workbook: "a workbook of Excel, or another zip archive: save its sheet as CSV UTF-8",
  gzip: "compressed: unpack it first, gunzip FILE",
  markup: "a web page or XML: save the rows as CSV UTF-8",
  jsonArray: "a JSON array: write one object a line, jq -c '.[]' FILE",
  jsonOnSeveralLines: "JSON over several lines: write one object a line, jq -c . FILE",
  plainList: "a list without columns: give the effect of all its lines, list import FILE --effect deny",
  blockerFile: ({ kind }) =>
    `${blockerFiles.en[kind]}: it names servers that a computer must not reach, not domains of mail. Download the list with one domain a line instead`,
  jsonInCsv: "JSON, read as CSV: name the file .jsonl, or add --format jsonl",
  dynamodbJson: 'DynamoDB\'s own JSON, {"column":{"S":"text"}}: write {"column":"text"}',
  copiedJson: "backslashes are doubled, as COPY of PostgreSQL doubles them: write the rows with psql -At -c 'select row_to_json(…)'",
  emptyFile: ({ columns }) => `the file is empty: its first line names the columns, ${columns.join(",")}`,
  noHeader: ({ columns }) => `the first line has to name the columns: ${columns.join(",")}`,
  unknownColumn: ({ name, meant, columns }) =>
    meant === undefined ? `there is no column "${name}"; there are ${columns.join(", ")}` : `there is no column "${name}": write ${meant}`,
  missingColumn: ({ name }) =>
    `the column "${name}" is missing${name === "effect" ? ": add it, or give all rows one effect, list import FILE --effect deny" : ""}`,
  userWithoutMail: ({ name, meant }) =>
    `${name} has no mail in the file: write one${meant === undefined ? "" : `, ${meant} if that is their address`}`,
  lostDigits: ({ name, number }) => `"${name}" is ${number}, which has more digits than a number keeps: put it in quotes`,
  repeatedColumn: ({ name }) => `the column "${name}" appears twice`,
};

const ko: ProblemTexts<FileProblem> = {
  quoteNotClosed: "여기에서 열린 따옴표가 닫히지 않았습니다",
  quoteNotClosedInCell: "칸이 끝나기 전에 따옴표가 닫히지 않았습니다",
  quoteWithinCell: '따옴표로 묶지 않은 칸 안에 따옴표가 있습니다. "5"" 파이프"와 같이 입력하세요',
  notUtf8: "UTF-8이 아닙니다(UTF-16일 수 있습니다). 파일을 UTF-8로 저장하세요",
  spoiltCell: "UTF-8이 아니거나 이전 변환에서 손상되었습니다. 파일을 UTF-8로 저장하세요",
  lineTooLong: "줄이 너무 깁니다",
  notJsonObject: "한 줄에 쓴 JSON 객체가 아닙니다",
  namelessMember: "이름이 없는 멤버가 있습니다",
  namelessColumn: "이름이 없는 열이 있습니다. 이름을 적거나 열을 지우세요(pandas는 index=False, R은 row.names=FALSE)",
  badColumnName: "열 이름이 너무 길거나 제어 문자가 들어 있습니다",
  recordTooLong: ({ most }) => `${most}자보다 깁니다`,
  tooManyFaults: ({ most }) => `잘못된 줄이 ${most}개를 넘어 나머지는 읽지 않았습니다`,
  cellCount: ({ cells, columns }) => `머리글의 열은 ${columns}개인데 칸은 ${cells}개입니다`,
  otherSeparator: "열을 쉼표로 구분하세요. 스프레드시트에서는 쉼표로 구분된 CSV UTF-8로 저장하세요",
  separatorLine: "엑셀만 읽는 줄입니다. 이 줄을 지우고 열을 쉼표로 구분하세요",
  repeatedHeader: "열 이름을 다시 적은 줄입니다. 열이 같으면 이 줄과 앞의 빈 줄을 지우세요",
  workbook: "엑셀 통합 문서 또는 다른 압축 파일입니다. 시트를 CSV UTF-8로 저장하세요",
  gzip: "압축된 파일입니다. 먼저 압축을 푸세요",
  markup: "웹 페이지나 XML입니다. 행을 CSV UTF-8로 저장하세요",
  jsonArray: "JSON 배열입니다. 한 줄에 객체 하나를 적으세요",
  jsonOnSeveralLines: "여러 줄에 걸친 JSON입니다. 한 줄에 객체 하나를 적으세요",
  plainList: "열이 없는 목록입니다. 모든 줄의 효과를 정하세요: list import FILE --effect deny",
  blockerFile: ({ kind }) =>
    `${blockerFiles.ko[kind]}입니다. 메일 도메인이 아니라 컴퓨터가 접속하지 않을 서버를 적은 파일입니다. 한 줄에 도메인 하나를 적은 목록을 대신 내려받으세요`,
  jsonInCsv: "CSV로 읽은 JSON입니다. 명령으로 가져올 때는 파일 이름을 list.jsonl과 같이 지으세요",
  dynamodbJson: 'DynamoDB의 JSON입니다. {"열":{"S":"값"}} 대신 {"열":"값"}과 같이 적으세요',
  copiedJson: "데이터베이스가 역빗금을 두 번 적었습니다. 행을 JSON 그대로 다시 내보내세요",
  emptyFile: ({ columns }) => `파일이 비어 있습니다. 첫 줄에는 열 이름을 적습니다: ${columns.join(",")}`,
  noHeader: ({ columns }) => `첫 줄에는 열 이름을 적어야 합니다: ${columns.join(",")}`,
  unknownColumn: ({ name, meant, columns }) =>
    meant === undefined ? `"${name}" 열은 없습니다. 있는 열: ${columns.join(", ")}` : `"${name}" 열은 없습니다. ${meant}으로 입력하세요`,
  missingColumn: ({ name }) =>
    `"${name}" 열이 없습니다${name === "effect" ? ". 열을 추가하거나 모든 행의 효과를 정하세요: list import FILE --effect deny" : ""}`,
  userWithoutMail: ({ name, meant }) =>
    `파일에 ${name}의 메일이 없습니다. ${meant === undefined ? "메일을 적으세요" : `주소가 ${meant}이면 메일에 적으세요`}`,
  lostDigits: ({ name, number }) => `"${name}"의 ${number}은 숫자로 둘 수 있는 것보다 자릿수가 많습니다. 따옴표로 묶으세요`,
  repeatedColumn: ({ name }) => `"${name}" 열이 두 번 있습니다`,
};

export const fileProblemTexts = { en, ko } as const;

export function describeFileProblem(problem: FileProblem, language: "en" | "ko" = "en"): string {
  return formatProblem(problem, fileProblemTexts[language]);
}

/** Names the columns that are not read in a file from Microsoft or Mastodon. */
export function describePassedOver(names: readonly string[]): string {
  return t.passedOver(names.join(", "));
}

const t = pageTexts({
  passedOver: [(names: string) => `Not read: ${names}.`, (names) => `읽지 않은 열: ${names}.`],
});
