import { SPONSORS_PART, type Work } from "../../engine/work";
import { mailWords } from "../mails/words";
import { type FailedWork, triedBySignUps, type Unfinished } from "./unfinished";

/** The words are in English on the command line, in English and Korean in the console. */
const en = {
  /** @param part a webhook's name, a gate, a reference code; empty for the whole work */
  works: {
    accounts: () => "The settings for accounts can't be used",
    sweeper: () => "Requests for approval can't be worked on",
    arrivals: (part) =>
      part === "" ? "New accounts don't get their row, group or sponsor" : `The account of ${part} doesn't get its row, group or sponsor`,
    mails: (part) =>
      part === "refused"
        ? "Mails were refused and are lost"
        : part === "settings"
          ? "The settings for mail can't be used"
          : part === "sender"
            ? "Mails wait"
            : "Mails aren't sent",
    webhooks: (part) => `The webhook ${part} takes no events`,
    expiry: (part) =>
      part === "unreadable"
        ? "Accounts that can't be read keep their access"
        : part === SPONSORS_PART
          ? "Guests don't get their sponsors in Entra"
          : "Access doesn't end when it should",
    erasure: () => "A person was not erased",
    incidents: () => "What an incident asked for waits",
    partners: (part) => (part === "dns" ? "The DNS of partners' domains doesn't answer" : "Partners' domains aren't checked"),
    rotation: (part) => (part === "" ? "Connectors get no new passwords" : `Connectors of the gate ${part} get no new password`),
    "audit-archive": () => "The audit trail isn't archived",
    "audit-streams": () => "The audit trail doesn't get changes made outside Gatehouse",
    "console-events": () => "Events of the console, and mails about them, are lost",
    "sign-ups": (part) =>
      part.endsWith("before-sending-token") ? `Tokens are sent without their claims (${part})` : `Sign-ups fail and are refused (${part})`,
    limits: (part) => `Limits can't be read and count as reached (${part})`,
    shadows: (part) => `Shadowed rules give no answer (${part})`,
    "access-list-hygiene": () => "Typed entries aren't tidied",
    "approval-publisher": () => "Events about requests, and mails about them, aren't sent",
    "audit-trail": () => "Changes made outside Gatehouse don't reach the audit trail",
    "decision-counter": () => "Decisions aren't counted",
    "decision-publisher": () => "Events about sign-ups aren't sent",
    provisioning: () => "Approved requests can't be taken up",
  } as Readonly<Record<Work, (part: string) => string>>,
  /** Reasons why an account is not made yet. */
  accountReasons: {
    unavailable: "Graph doesn't answer",
    throttled: "Graph asks for a pause",
    "role-refused": "Entra or AWS refuses the role's sign-in",
    unexpected: "Gatehouse fails",
  } as Readonly<Record<string, string>>,
  senderFaults: mailWords.en.senderFaults,
  waits: (count: string) => (count === "1" ? "1 account waits" : `${count} accounts wait`),
  untried: "No worker has tried to make it yet.",
  trying: "A worker is trying now.",
  incident: "What an incident asked for failed",
  since: (what: string, time: string) => `${what} since ${time}`,
  failed: (why: string, time: string) => `It failed at ${time}: ${why}.`,
  answered: (graph: string) => `Graph: ${graph}.`,
  waiting: (count: string) => `Waiting: ${count}.`,
  share: (failed: string, all: string) => `At the last look ${failed} of ${all} failed.`,
  going: "They are being sent now, the oldest first.",
  goes: (time: string) => `Some have gone through since: this notice goes at ${time} if nothing fails until then.`,
  skipped: (count: string) => (count === "1" ? "1 changed row was skipped" : `${count} changed rows were skipped`),
  skippedBy: (reader: string) => `The function ${reader} can't handle it.`,
  corrected: "A row that somebody corrects is read again.",
  nextTry: (time: string) => `Next try ${time}.`,
  tryWasDue: (time: string) => `Since then nothing was noted: the next try was due ${time}.`,
  tryNow: "The next try is due now.",
  noTry: "It isn't tried again by itself.",
  nextSignUp: "The next sign-up tries it again.",
};

export type UnfinishedWords = typeof en;

const ko: UnfinishedWords = {
  works: {
    accounts: () => "계정 생성 설정을 사용할 수 없음",
    sweeper: () => "승인 요청을 처리할 수 없음",
    arrivals: (part) => (part === "" ? "새 계정에 행, 그룹, 담당자를 지정할 수 없음" : `${part} 계정에 행, 그룹, 담당자를 지정할 수 없음`),
    mails: (part) =>
      part === "refused"
        ? "거부되어 보내지 못한 메일 있음"
        : part === "settings"
          ? "메일 설정을 사용할 수 없음"
          : part === "sender"
            ? "메일 대기 중"
            : "메일을 보낼 수 없음",
    webhooks: (part) => `웹훅 ${part}에서 이벤트를 받지 않음`,
    expiry: (part) =>
      part === "unreadable"
        ? "읽을 수 없는 계정의 접근이 유지됨"
        : part === SPONSORS_PART
          ? "Entra에서 게스트의 담당자를 지정할 수 없음"
          : "접근 종료가 제때 되지 않음",
    erasure: () => "개인 정보를 삭제하지 못함",
    incidents: () => "사고 관련 작업 대기 중",
    partners: (part) => (part === "dns" ? "파트너 도메인의 DNS가 응답하지 않음" : "파트너 도메인을 확인할 수 없음"),
    rotation: (part) => (part === "" ? "커넥터 비밀번호를 교체할 수 없음" : `${part} 게이트의 커넥터 비밀번호를 교체할 수 없음`),
    "audit-archive": () => "감사 추적을 보관할 수 없음",
    "audit-streams": () => "Gatehouse 밖의 변경이 감사 추적에 전달되지 않음",
    "console-events": () => "콘솔의 이벤트와 관련 메일이 유실됨",
    "sign-ups": (part) =>
      part.endsWith("before-sending-token") ? `클레임 없이 토큰이 발급됨(${part})` : `가입 처리에 실패하여 거부함(${part})`,
    limits: (part) => `한도를 읽을 수 없어 도달한 것으로 처리함(${part})`,
    shadows: (part) => `섀도 규칙이 응답하지 않음(${part})`,
    "access-list-hygiene": () => "직접 입력한 항목을 정리할 수 없음",
    "approval-publisher": () => "승인 요청 이벤트와 관련 메일을 보낼 수 없음",
    "audit-trail": () => "Gatehouse 밖의 변경을 감사 추적에 기록할 수 없음",
    "decision-counter": () => "결정을 집계할 수 없음",
    "decision-publisher": () => "가입 이벤트를 보낼 수 없음",
    provisioning: () => "승인된 요청을 처리할 수 없음",
  },
  accountReasons: {
    unavailable: "Graph 응답 없음",
    throttled: "Graph에서 잠시 중단을 요청함",
    "role-refused": "Entra 또는 AWS에서 역할 로그인을 거부함",
    unexpected: "Gatehouse 오류",
  },
  senderFaults: mailWords.ko.senderFaults,
  waits: (count) => `계정 ${count}개 대기 중`,
  untried: "아직 시도하지 않았습니다.",
  trying: "지금 시도하고 있습니다.",
  incident: "사고 관련 작업 실패",
  since: (what, time) => `${time}부터 ${what}`,
  failed: (why, time) => `실패 ${time}: ${why}.`,
  answered: (graph) => `Graph: ${graph}.`,
  waiting: (count) => `대기: ${count}.`,
  share: (failed, all) => `마지막 확인 시 ${all}건 중 ${failed}건 실패.`,
  going: "오래된 것부터 보내는 중입니다.",
  goes: (time) => `그 뒤로 일부는 처리되었습니다. ${time}까지 실패가 없으면 이 알림은 사라집니다.`,
  skipped: (count) => `변경된 행 ${count}개를 건너뜀`,
  skippedBy: (reader) => `함수 ${reader}에서 처리할 수 없습니다.`,
  corrected: "행을 고치면 다시 읽습니다.",
  nextTry: (time) => `다음 시도 ${time}.`,
  tryWasDue: (time) => `그 뒤로 기록이 없습니다. 다음 시도 예정 시각은 ${time}였습니다.`,
  tryNow: "곧 다시 시도합니다.",
  noTry: "자동으로 다시 시도하지 않습니다.",
  nextSignUp: "다음 가입 때 다시 시도합니다.",
};

export const unfinishedWords = { en, ko } as const;

/** A worker's next try may be late by so much, because a schedule or a queue starts it. */
const LATE_MS = 10 * 60_000;

export interface UnfinishedTexts {
  /** "Graph doesn't answer since 21:59: 1 account waits" */
  readonly title: string;
  readonly cause: string;
}

/** @param time formats a time in ISO 8601 @param count formats a number of accounts */
export function describeUnfinished(
  words: UnfinishedWords,
  unfinished: Unfinished,
  { now, time, count }: { readonly now: Date; time(at: string): string; count(accounts: number, isAll: boolean): string },
): UnfinishedTexts {
  const since = time(unfinished.since);
  switch (unfinished.kind) {
    case "incident":
      return { title: words.since(words.incident, since), cause: words.noTry };
    case "accounts": {
      const { failure, nextTry, whole } = unfinished;
      const waits = words.waits(count(unfinished.count, whole));
      const reason = failure && (words.accountReasons[failure.reason] ?? failure.reason);
      const title = reason === undefined ? words.since(waits, since) : `${words.since(reason, since)}: ${waits}`;
      const answer = failure?.graph === undefined ? [] : [words.answered(toReason(failure.graph))];
      const isTried = failure !== undefined || unfinished.tried === "before";
      const next = unfinished.tried === "now" ? words.trying : isTried ? nextTryText(words, nextTry, now, time) : words.untried;
      return { title, cause: [...answer, next].join(" ") };
    }
    case "work":
      return {
        title: words.since(words.works[unfinished.work](unfinished.part), since),
        cause: describeCause(words, unfinished, now, time),
      };
    case "skipped": {
      const { reader, why, at } = unfinished;
      const title = words.since(words.skipped(String(unfinished.count)), since);
      return { title, cause: [words.skippedBy(reader), words.failed(toReason(why), time(at)), words.corrected].join(" ") };
    }
  }
}

function describeCause(words: UnfinishedWords, failure: FailedWork, now: Date, time: (at: string) => string): string {
  const { work, why, at, waiting, share, isGoing, goesAt, nextTry } = failure;
  const parts = [words.failed(words.senderFaults[why] ?? toReason(why), time(at))];
  if (share !== undefined) parts.push(words.share(String(share.failed), String(share.of)));
  if (waiting !== undefined) parts.push(words.waiting(String(waiting)));
  if (isGoing) return [...parts, words.going].join(" ");
  if (goesAt !== undefined) return [...parts, words.goes(time(goesAt))].join(" ");
  const untimed = triedBySignUps.includes(work) ? words.nextSignUp : words.noTry;
  return [...parts, nextTry === undefined ? untimed : nextTryText(words, nextTry, now, time)].join(" ");
}

/** Leaves out the status 0 of a call without an answer, and a final full stop. */
function toReason(why: string): string {
  return why.replace(/^0 /, "").replace(/\.$/, "");
}

function nextTryText(words: UnfinishedWords, nextTry: string | undefined, now: Date, time: (at: string) => string): string {
  if (nextTry === undefined) return words.tryNow;
  const lateMs = now.getTime() - Date.parse(nextTry);
  if (lateMs < 0) return words.nextTry(time(nextTry));
  return lateMs < LATE_MS ? words.tryNow : words.tryWasDue(time(nextTry));
}
