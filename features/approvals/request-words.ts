import { listIssuers } from "../../engine/sign-up/issuers";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { ApprovalRequest, EndedAccess, ProvisioningFailure, VendorResult } from "./request";

/** The words are in English on the command line, in English and Korean in the console. */
const en = {
  units: {
    days: (count: number) => `${count} d`,
    hours: (count: number) => `${count} h`,
    minutes: (count: number) => (count === 0 ? "< 1 min" : `${count} min`),
  },
  notProven: "address not verified",
  // `forgotten` is shown in place of removed personal details, `invited` in place of an invited person's provider.
  forgotten: "forgotten",
  invited: "nothing yet: invited",
  used: "not recorded: came with the invitation",
  asked: "nothing yet: a colleague asks",
  onApproval: { provision: "the account is created", continue: "the person may sign up again, once", ask: "the guest gets an invitation" },
  renews: {
    "on-its-day": (since: string, endedAt: string) => `access since ${since}, ended on its day: ${endedAt}`,
    early: (since: string, endedAt: string, by: string) => `access since ${since}, ended early by ${by}: ${endedAt}`,
    "not-renewed": (since: string, endedAt: string, by: string) => `access since ${since}, ended ${endedAt}, not renewed by ${by}`,
    idle: (since: string, endedAt: string) => `access since ${since}, ended ${endedAt}, as nobody signed in`,
    unredeemed: (since: string, endedAt: string) => `access since ${since}, ended ${endedAt}, as nobody accepted the invitation`,
  } satisfies Record<EndedAccess["how"], unknown>,
  seeLog: "See the log of the worker.",
};

type ApprovalWords = typeof en;

const ko: ApprovalWords = {
  units: { days: (count) => `${count}일`, hours: (count) => `${count}시간`, minutes: (count) => (count === 0 ? "1분 미만" : `${count}분`) },
  notProven: "주소 미확인",
  forgotten: "삭제됨",
  invited: "아직 없음(초대됨)",
  used: "기록되지 않음(초대로 가입함)",
  asked: "아직 없음(동료가 요청함)",
  onApproval: { provision: "계정이 만들어집니다", continue: "한 번 다시 가입할 수 있습니다", ask: "게스트에게 초대장을 보냅니다" },
  renews: {
    "on-its-day": (since, endedAt) => `${since}부터 이용, 기한에 따라 ${endedAt} 종료`,
    early: (since, endedAt, by) => `${since}부터 이용, ${by} 님이 ${endedAt}에 미리 종료`,
    "not-renewed": (since, endedAt, by) => `${since}부터 이용, ${by} 님이 갱신하지 않아 ${endedAt} 종료`,
    idle: (since, endedAt) => `${since}부터 이용, 로그인하지 않아 ${endedAt} 종료`,
    unredeemed: (since, endedAt) => `${since}부터 이용, 초대를 수락하지 않아 ${endedAt} 종료`,
  },
  seeLog: "작업자 로그를 확인하세요.",
};

export const approvalWords = { en, ko } as const;

/** "experian: review (code REFER, reference 4711)": only names and codes, the same in every language. */
export function vendorSentence({ vendor, outcome, code, reference }: VendorResult): string {
  const details = [...(code === undefined ? [] : [`code ${code}`]), ...(reference === undefined ? [] : [`reference ${reference}`])];
  return `${vendor}: ${outcome}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

/** "attribute-refused (city); Graph: 400 Request_BadRequest": the same in every language. */
export function failureSentence({ reason, detail, graph }: ProvisioningFailure): string {
  return [detail === undefined ? reason : `${reason} (${detail})`, ...(graph === undefined ? [] : [`Graph: ${graph}`])].join("; ");
}

/** @param moment formats a time */
export function renewalSentence({ renews }: ApprovalWords, endedAccess: EndedAccess, moment: (at: string) => string): string {
  return renews[endedAccess.how](moment(endedAccess.since), moment(endedAccess.endedAt), endedAccess.by ?? "");
}

const HOUR_MS = 60 * MS_PER_MINUTE;
const DAY_MS = 24 * HOUR_MS;

/** "3 d", "5 h", "12 min", "< 1 min" @param since ISO 8601 */
export function ageText({ units }: ApprovalWords, since: string, now: Date): string {
  const ms = Math.max(now.getTime() - Date.parse(since), 0);
  if (ms >= DAY_MS) return units.days(Math.floor(ms / DAY_MS));
  return ms >= HOUR_MS ? units.hours(Math.floor(ms / HOUR_MS)) : units.minutes(Math.floor(ms / MS_PER_MINUTE));
}

/** The providers that know the person. An invitation, or a request without personal details, gets a text that says so. */
export function providerText(
  words: ApprovalWords,
  {
    state,
    identities,
    strippedAt,
    invitation,
    ask,
  }: Pick<ApprovalRequest, "identities" | "strippedAt" | "invitation" | "ask"> & Partial<Pick<ApprovalRequest, "state">>,
): string {
  if (ask !== undefined) return words.asked;
  if (invitation !== undefined) return state === "admitted" ? words.used : words.invited;
  return strippedAt === undefined ? listIssuers({ identities }).join(", ") : words.forgotten;
}
