import { toItem } from "../../../adapters/tables/item";
import { MAX_RECORD_LENGTH } from "../../../engine/files/csv";
import { findKeyAndProblems } from "../../../features/access-list/hygiene";
import type { ListProblem } from "../../../features/access-list/problem";
import { describeProblem, describeRowProblems } from "../../../features/access-list/problem-texts";
import { tidyRow } from "../../../features/access-list/store/access-list";

/** Every code, with values as a row or file gives them. */
const examples: Readonly<Record<ListProblem["code"], object>> = {
  wildcardWithoutDomain: {},
  wildcardAddress: {},
  notAddress: {},
  notEntry: {},
  noProvider: {},
  noAccountId: {},
  badEffect: {},
  badIssuer: {},
  badGates: {},
  emptyIssuer: {},
  emptyGates: {},
  emptyEnd: {},
  badAllowedUntil: {},
  emptyAllowedUntil: {},
  allowedUntilOfTag: {},
  suspendsUnreadable: {},
  suspendsUntilPast: {},
  endsBeforeCurrent: { effect: "deny" },
  suspendsOtherGates: { gates: "default" },
  suspendsOtherIssuer: { issuer: "google.com" },
  badPartner: {},
  badEnd: {},
  noSuchEnd: {},
  unclearEnd: {},
  endInOtherOrder: {},
  earlyEnd: {},
  endInMilliseconds: {},
  serialEnd: { day: "2027-01-31" },
  buddhistEnd: { meant: "2027-01-31" },
  endInOtherForm: {},
  guestName: { address: "kim@partner.com" },
  wildcardInAddress: { domain: "gmail.com" },
  notGmailName: {},
  misnamedColumn: { name: "Issuer", meant: "issuer" },
  unusedClass: { name: "relay" },
  asksNobody: { gates: "default" },
  keyTooLong: {},
  noEntry: {},
  entryNotText: {},
  entryTooLong: {},
  notText: { column: "note" },
  formula: { column: "note" },
  repeatedEntry: { line: 3, entry: "a.example" },
  allowedAndDenied: { line: 3 },
  emptyFile: { columns: ["entry", "effect"] },
  noHeader: { columns: ["entry", "effect"] },
  unknownColumn: { name: "other", columns: ["entry", "effect"] },
  missingColumn: { name: "effect" },
  quoteNotClosed: {},
  quoteNotClosedInCell: {},
  quoteWithinCell: {},
  notUtf8: {},
  spoiltCell: {},
  lineTooLong: {},
  notJsonObject: {},
  namelessMember: {},
  namelessColumn: {},
  badColumnName: {},
  recordTooLong: { most: MAX_RECORD_LENGTH },
  tooManyFaults: { most: 10_000 },
  cellCount: { cells: 3, columns: 12 },
  otherSeparator: {},
  separatorLine: {},
  repeatedHeader: {},
  workbook: {},
  gzip: {},
  markup: {},
  jsonArray: {},
  jsonOnSeveralLines: {},
  plainList: {},
  otherEffect: { effect: "allow", given: "deny" },
  blockerFile: { kind: "dnsmasq" },
  jsonInCsv: {},
  dynamodbJson: {},
  copiedJson: {},
  userWithoutMail: { name: "kim_contoso.com#EXT#@fabrikam.onmicrosoft.com", meant: "kim@contoso.com" },
  lostDigits: { name: "note", number: "9007199254740993" },
  unknownGates: { gates: "b2b", known: "default" },
  repeatedColumn: { name: "note" },
};

/** What is typed as it stands: names of columns, values, examples. */
const names =
  /\b(entry|default|effect|issuer|note|expiresAt|gates|allow|approval|deny|accessList|classes|relay|DynamoDB|JSON|Entra|Gmail|pandas|index=False|FALSE|list import FILE --effect deny|dnsmasq)\b|\S+@\S+|[\w*:/-]+\.[\w./*-]+|".*?"/g;

it.each(Object.entries(examples))("the problem %s has a text in English and in Korean", (code, values) => {
  const problem = { code, ...values } as ListProblem;
  const [en, ko] = [describeProblem(problem), describeProblem(problem, "ko")];
  expect(en).not.toMatch(/[가-힣]|undefined|\[object/);
  expect(ko).toMatch(/[가-힣]/);
  expect(ko.replace(names, "").match(/[A-Za-z]{4,}|undefined|\[object/g) ?? []).toEqual([]);
});

// People read these in the DynamoDB console.
it.each([
  { cells: { effect: "alow" }, stored: "effect is none of allow, approval and deny: it denies" },
  {
    cells: { issuer: 5 },
    stored: "issuer is not a provider's name: an allow does not count, a deny or approval counts for everyone",
    ko: "제공자의 이름이 아닙니다: 허용은 적용되지 않고, 거부나 승인 대기는 모든 사람에게 적용됩니다",
  },
  {
    cells: { expiresAt: 46418 },
    stored:
      "expiresAt is a spreadsheet's number of the day 2027-01-31: write 2027-01-31: an allow does not count, a deny or approval stays",
  },
  { cells: { gates: "?" }, stored: "gates is not names of gates: an allow does not count, a deny or approval counts at every gate" },
  {
    cells: { Issuer: "google.com", gate: "main" },
    stored:
      'the column "Issuer" should be called issuer: an allow does not count until then; the column "gate" should be called gates: an allow does not count until then',
    ko: '열 "Issuer"의 이름은 issuer이어야 합니다: 고칠 때까지 허용은 적용되지 않습니다; 열 "gate"의 이름은 gates이어야 합니다: 고칠 때까지 허용은 적용되지 않습니다',
  },
  {
    cells: { entry: "kim@" },
    stored: "entry is not an e-mail address: write one like kim@contoso.com",
    ko: "이메일 주소가 아닙니다. kim@contoso.com과 같이 입력하세요",
  },
  {
    cells: { entry: "*@*.fabrikam.com" },
    stored: "entry is not an address: write *.fabrikam.com for everyone of its subdomains",
    ko: "주소가 아닙니다. 하위 도메인의 모든 사람이라면 이렇게 입력하세요: *.fabrikam.com",
  },
  {
    cells: { entry: ".fabrikam.com" },
    stored: "entry is not an address or a domain: write fabrikam.com or *.fabrikam.com",
    ko: "주소나 도메인이 아닙니다. 이렇게 입력하세요: fabrikam.com 또는 *.fabrikam.com",
  },
  {
    cells: { entry: "issuer:facebook.com/" },
    stored:
      "entry is no account id after the slash: write issuer:facebook.com for everyone of that provider, or the id after issuer:facebook.com/",
  },
  {
    cells: { expiresAt: "03/04/2027" },
    stored:
      "expiresAt is not in the order year, month, day: write 2027-04-03 or 2027-03-04: an allow does not count, a deny or approval stays",
  },
  { cells: { entry: "relay" }, stored: 'no step\'s policy asks for the class relay: accessList({ classes: ["relay"] })' },
])("the hygiene worker stores an English sentence: $stored", ({ cells, stored, ko }) => {
  const row = { entry: "a.example", effect: "allow", ...cells };
  expect(tidyRow(toItem(row), { classes: [] }).problem).toBe(stored);
  if (ko !== undefined) expect(describeRowProblems(findKeyAndProblems(row, []).problems, { language: "ko" })).toBe(ko);
});
