import { pageTexts } from "../../engine/operator/page-texts";
import { LONGEST_REASON, type PostureFlaw } from "./change";
import type { ActivePosture, Posture } from "./posture";

type Time = (iso: string) => string;

/** Codes of what may speak against a gate's new mode. A flaw refuses it; anything else is shown. */
export type ModeConcern = PostureFlaw | "acts-as-listed" | "keeps-nobody-out" | "policy-unknown";

export const modeNames = pageTexts<Readonly<Record<Posture, string>>>({
  open: ["Open", "열림"],
  approval: ["Approval", "승인 필요"],
  listed: ["Listed only", "목록만"],
  closed: ["Closed", "닫힘"],
});

/** Operators' words for what speaks against a gate's new mode, at every door. */
export const modeWords = pageTexts<Readonly<Record<ModeConcern, string>>>({
  "no-reason": ["Write why.", "이유를 입력하세요."],
  "long-reason": [
    `The reason is too long: ${LONGEST_REASON} characters at most.`,
    `이유가 너무 깁니다. ${LONGEST_REASON}자까지 가능합니다.`,
  ],
  "until-past": ["It would be over already: choose a time to come.", "이미 지난 시각입니다. 앞으로의 시각을 선택하세요."],
  "until-before-from": ["It would end before it begins.", "시작하기 전에 끝납니다."],
  "too-late": [
    "Its end is too far away to be read back: choose an earlier one.",
    "종료 시각이 너무 멀어 다시 읽을 수 없습니다. 더 이른 시각을 선택하세요.",
  ],
  "open-has-no-time": ["An open gate has neither beginning nor end.", "열린 게이트에는 시작과 종료가 없습니다."],
  "acts-as-listed": [
    "No rule of before-create-user asks for approval: a gate set to approval acts as listed.",
    "정책에 승인이 없으므로 목록만과 같습니다.",
  ],
  "keeps-nobody-out": [
    "The policy has no step before the user is created and no access list after sign-in, so this keeps nobody out. Close the gate.",
    "사용자 생성 전 단계와 로그인 후 액세스 목록이 정책에 없어 아무도 막지 못합니다. 게이트를 닫으세요.",
  ],
  "policy-unknown": [
    "The gate's policy could not be loaded. If none of its rules asks for approval, approval acts as listed.",
    "게이트의 정책을 읽을 수 없습니다. 승인을 요청하는 규칙이 없으면 목록만과 같습니다.",
  ],
});

export const scheduledWords = pageTexts({
  replaces: [
    (time: Time, scheduled: ActivePosture) => `Replaces what is scheduled: ${describeMode(time, scheduled)}`,
    (time, { state, from, until }) =>
      `예약된 설정을 대신합니다: ${from === undefined ? "" : `${time(from)}부터 `}${until === undefined ? "" : `${time(until)}까지 `}${modeNames[state]}`,
  ],
});

export const endWords = pageTexts({
  noUndo: ["The previous setting is no longer known. Set the gate in the menu.", "이전 상태를 알 수 없습니다. 메뉴에서 설정하세요."],
});

/** Describes a mode in English: `closed from … until …, by kim: bots sign up`. */
export function describeMode(time: Time, { state, reason, by, from, until, unreadable }: ActivePosture): string {
  const parts = [
    `${state}${from === undefined ? "" : ` from ${time(from)}`} ${until === undefined ? "until somebody changes it" : `until ${time(until)}`}`,
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(unreadable === undefined ? [] : [`because its row cannot be read (column ${unreadable}): open the gate, or set it again`]),
  ];
  return `${parts.join(", ")}${reason === undefined ? "" : `: ${reason}`}`;
}
