import type { OutcomeKind } from "../../engine/sign-up/outcome";
import type { Row } from "../../engine/sign-up/rule";

// The effect of an edit on people. The preview computes it.

const enOpen = {
  approval: "depends on an approver",
  outside: "depends on another system's answer",
  used: "depends on a limit, or on how often a code was used",
  account: "depends on the entry of a single account",
  form: "depends on what they type",
  failure: "a part of Gatehouse failed then",
} as const;

/** Why a replay cannot tell an outcome. */
export type OpenKind = keyof typeof enOpen;

const koOpen: Readonly<Record<OpenKind, string>> = {
  approval: "승인자의 결정에 따라 다름",
  outside: "다른 시스템의 응답에 따라 다름",
  used: "한도나 코드 사용 횟수에 따라 다름",
  account: "개별 계정의 항목에 따라 다름",
  form: "입력하는 내용에 따라 다름",
  failure: "당시 Gatehouse 일부에 장애가 있었음",
};

export const openWords = { en: enOpen, ko: koOpen } as const;

export const FLIP_DAYS = 30;

export interface NamedDecision {
  readonly email: string;
  readonly step: string;
  readonly reference: string;
  /** The earlier answer: "block access-list.unlisted". */
  readonly was: string;
  readonly now: string;
  readonly entry?: string;
}

/** The outcome of a person's next try, without and with an edit. If an outcome is unknown, an `OpenKind` says why. */
export interface FlippedPerson extends NamedDecision {
  readonly without: OutcomeKind | OpenKind | "wentOn";
  readonly with: OutcomeKind | OpenKind | "wentOn";
}

/** Rows of the list after an edit, by key. Undefined stands for a removed row. */
export type EditedList = ReadonlyMap<string, Row | undefined>;

export interface FlippedPeople {
  readonly count: number;
  /** Number of these people whose recorded sign-up waits for an approval: it was stopped, but not refused. */
  readonly waiting: number;
  readonly named: readonly FlippedPerson[];
  readonly entry?: string;
}

export interface Flips {
  readonly refused: FlippedPeople;
  readonly admitted: FlippedPeople;
  /** People who get past the first step: the rules of the form decide next. */
  readonly goesOn: FlippedPeople;
  /** People whose entry changes, but whose answer depends on a rule that cannot be replayed. */
  readonly unclear: FlippedPeople & {
    readonly kinds: readonly { readonly kind: OpenKind; readonly count: number; readonly rules: readonly string[] }[];
    /** Number of these people whom the edit lets in unless a rule that cannot be replayed stops them. */
    readonly opened: number;
  };
  /**
   * People whose answer does not change. `refused` counts those who are refused or asked to correct on their next try. `denied` counts
   * those whose own address another entry denies, and `entry` is an example of such an entry.
   */
  readonly unchanged: { readonly count: number; readonly refused: number; readonly denied: number; readonly entry?: string };
  readonly read: number;
  /** True if the oldest decisions of the last 30 days were not replayed. */
  readonly cut: boolean;
}

const nobody: FlippedPeople = { count: 0, waiting: 0, named: [] };

/** The effect of an edit that changes nobody's next try. */
export const noFlips: Flips = {
  refused: nobody,
  admitted: nobody,
  goesOn: nobody,
  unclear: { ...nobody, kinds: [], opened: 0 },
  unchanged: { count: 0, refused: 0, denied: 0 },
  read: 0,
  cut: false,
};
