import { pageTexts } from "../../engine/operator/page-texts";
import { unlikelyIssuerWords } from "../../engine/sign-up/issuers";
import type { Incident, IncidentOutcome, PersonState } from "./incident";

// Texts about incidents for operators: in English on the command line, in English and Korean in the console.

const both = <T>(en: T, ko: NoInfer<T>): readonly [T, T] => [en, ko];

export const incidentWords = {
  persons: {
    selected: both("left as is", "그대로 둠"),
    disabling: both("about to be disabled", "사용 중지 예정"),
    disabled: both("disabled", "사용 중지됨"),
    enabling: both("about to be enabled", "다시 사용 예정"),
    enabled: both("enabled again", "다시 사용함"),
    changed: both("enabled by somebody else", "다른 사람이 다시 사용하게 함"),
    listed: both("named by the list: left as it is", "목록에 이름이 있어 그대로 둠"),
    none: both("not found", "찾지 못함"),
    several: both("several found: none touched", "여러 개 발견: 건드리지 않음"),
    other: both("not of this sign-up: not touched", "이 가입의 계정이 아님: 건드리지 않음"),
    already: both("was disabled already", "이미 사용 중지 상태였음"),
    gone: both("deleted", "삭제됨"),
    refused: both("Graph refuses", "Graph가 거부함"),
    forgotten: both("decision no longer kept: not touched", "결정 기록이 없어 건드리지 않음"),
  },
  objections: {
    unfinished: both("The selection was cut off. Select again.", "선택이 중단되었습니다. 다시 선택하세요."),
    nobody: both("There is nobody to shut out.", "차단할 사람이 없습니다."),
    "too-late": both("The time for this is over.", "기한이 지났습니다."),
    "second-person": both("A second person has to confirm it.", "두 번째 사람이 확인해야 합니다."),
    own: both("You asked for it yourself: somebody else has to confirm it.", "직접 요청한 건입니다. 다른 사람이 확인해야 합니다."),
    "not-asked": both("Nobody has asked for a second person.", "두 번째 사람을 요청한 적이 없습니다."),
    confirmed: both("It has been confirmed already.", "이미 확인되었습니다."),
    "nothing-done": both("Nothing was done yet.", "아직 조치하지 않았습니다."),
    undone: both("It was undone.", "실행 취소되었습니다."),
  },
  noRule: both(
    (rule: string, names: string) =>
      names === "" ? `No decision of this time names the rule ${rule}.` : `There is no rule ${rule}: write one of ${names}.`,
    (rule, names) =>
      names === "" ? `이 기간의 결정에 ${rule} 규칙이 없습니다.` : `${rule} 규칙이 없습니다. 다음 중 하나를 쓰세요: ${names}.`,
  ),
  unknownProvider: both(unlikelyIssuerWords.en, unlikelyIssuerWords.ko),
  keptOut: both(
    (incident: string) => `Left out: people whom the incident ${incident} keeps out already.`,
    (incident) => `제외: 사고 ${incident}에서 이미 차단한 사람.`,
  ),
  noNetwork: both(
    "Only external tenants send an IP address: --network finds nobody in other tenants.",
    "IP 주소는 외부 테넌트만 보냅니다. 다른 테넌트에서는 --network로 아무도 찾지 못합니다.",
  ),
  listed: both("Left out: the access list names the person", "제외: 접근 목록에 이름이 있음"),
  nameless: both("Left out: no address", "제외: 주소 없음"),
  more: both(
    (count: string) => `and ${count} more`,
    (count) => `그 외 ${count}명`,
  ),
  ofAccounts: both(
    (states: string) => `accounts: ${states}`,
    (states) => `계정: ${states}`,
  ),
  actHint: both(
    (accounts: boolean) =>
      `Denies their addresses${accounts ? " and disables the accounts they created" : ". Accounts stay as they are"}. You can undo this for 30 days.`,
    (accounts) =>
      `접근 목록에서 주소를 거부${accounts ? "하고, 가입으로 만들어진 계정을 사용 중지합니다" : "합니다. 계정은 그대로 둡니다"}. 30일 동안 실행 취소할 수 있습니다.`,
  ),
  askHint: both(
    "With more than 20 people, some let in over three days ago, a second administrator has to confirm first.",
    "20명이 넘고 3일보다 전에 허용된 사람이 있으면 먼저 다른 관리자가 확인해야 합니다.",
  ),
  confirmHint: both(
    (by: string) => `${by} wants to deny them and disable their accounts.`,
    (by) => `${by} 님이 거부와 계정 중지를 요청함.`,
  ),
  works: {
    refused: both(
      "Microsoft Graph refuses, or the stack has no credential for it. The list may have been edited already. Try again, or run the command.",
      "Microsoft Graph가 거부했거나 이 스택에 Graph 자격 증명이 없습니다. 목록은 이미 수정되었을 수 있습니다. 다시 시도하거나 명령을 실행하세요.",
    ),
    failed: both(
      "It failed. The log of the function IncidentWorker says why. Trying again goes on where it ended.",
      "실패했습니다. 원인은 IncidentWorker 함수의 로그에 있습니다. 다시 시도하면 끝난 곳부터 계속합니다.",
    ),
  },
  kept: both(
    (count: string) =>
      `Deny entries kept: ${count}. They were edited since, refuse somebody else too, or are of a decision that is no longer kept.`,
    (count) => `그대로 둔 거부 항목: ${count}. 그 뒤 수정되었거나, 다른 사람도 거부하거나, 결정 기록이 더 이상 없는 항목입니다.`,
  ),
  gone: both("There is no such incident. Incidents are kept for 90 days.", "그런 사고가 없습니다. 사고는 90일 동안 보관합니다."),
  notOut: both("The incident does not keep this person out.", "이 사고로 차단된 사람이 아닙니다."),
  undoDoes: both(
    (accounts: string, entries: string) => `Accounts enabled again: ${accounts}. Deny entries taken back: ${entries}.`,
    (accounts, entries) => `다시 사용하는 계정: ${accounts}. 되돌리는 거부 항목: ${entries}.`,
  ),
  domainToo: both(
    (domain: string) => `The entry that denies ${domain} is one of them: if ${domain} was allowed before, it is allowed again.`,
    (domain) => `${domain} 거부 항목도 포함됩니다. 이전에 허용했다면 다시 허용됩니다.`,
  ),
  erased: both(
    (count: string) =>
      count === "1"
        ? "1 person was erased since: their account stays as it is."
        : `${count} people were erased since: their accounts stay as they are.`,
    (count) => `그 뒤 삭제된 사람: ${count}명. 계정은 그대로 둡니다.`,
  ),
  held: both(
    (count: string) =>
      `People still shut out by another incident: ${count}. To let them in, undo that incident first, then this one again.`,
    (count) =>
      `다른 사고에서도 차단되어 그대로 둔 사람: ${count}명. 허용하려면 그 사고를 먼저 실행 취소한 뒤 이 사고를 다시 실행 취소하세요.`,
  ),
};

/** In the reader's language. */
export const operatorTexts = pageTexts(incidentWords);

/** Says what the work on an incident left undone, once it is no longer under way. @param erased the number of people who were erased since */
export function listLeft(
  { state, work, kept = 0, held = 0 }: Incident,
  erased: number,
  count: (number: number) => string = String,
): readonly string[] {
  const left: string[] = [];
  if (work === "refused" || work === "failed") left.push(operatorTexts.works[work]);
  if (kept > 0) left.push(operatorTexts.kept(count(kept)));
  if (erased > 0) left.push(operatorTexts.erased(count(erased)));
  if (state === "undone" && held > 0) left.push(operatorTexts.held(count(held)));
  return left;
}

export function countsByState(outcome: IncidentOutcome, count: (number: number) => string = String): string {
  return Object.entries(outcome)
    .map(([state, number]) => `${count(number)} ${operatorTexts.persons[state as PersonState]}`)
    .join(", ");
}
