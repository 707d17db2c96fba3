import type { OutcomeKind } from "../../engine/sign-up/recording";
import type { Row } from "../../engine/sign-up/rule";

// The effect of an edit on people, for the preview.

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

/** The outcome of a person's next try, without and with an edit. */
export interface FlippedPerson extends NamedDecision {
  readonly without: OutcomeKind | OpenKind | "wentOn";
  readonly with: OutcomeKind | OpenKind | "wentOn";
}

/** Rows by key. Undefined stands for a removed row. */
export type EditedList = ReadonlyMap<string, Row | undefined>;

export interface FlippedPeople {
  readonly count: number;
  /** Number of people whose recorded sign-up waits for an approval. */
  readonly waiting: number;
  readonly named: readonly FlippedPerson[];
  readonly entry?: string;
}

export interface Flips {
  readonly refused: FlippedPeople;
  readonly admitted: FlippedPeople;
  /** People who get past the first step: the form's rules decide next. */
  readonly goesOn: FlippedPeople;
  /** People whose entry changes, but whose answer depends on a rule that cannot be replayed. */
  readonly unclear: FlippedPeople & {
    readonly kinds: readonly { readonly kind: OpenKind; readonly count: number; readonly rules: readonly string[] }[];
    /** Number of people that the edit lets in, if no rule that cannot be replayed stops them. */
    readonly opened: number;
  };
  /**
   * `refused` includes people who have to correct their input. `denied` counts people whose own address another entry denies;
   * `entry` is one such entry.
   */
  readonly unchanged: { readonly count: number; readonly refused: number; readonly denied: number; readonly entry?: string };
  readonly read: number;
  /** True if the oldest decisions of the last 30 days were not replayed. */
  readonly cut: boolean;
}

const nobody: FlippedPeople = { count: 0, waiting: 0, named: [] };

export const noFlips: Flips = {
  refused: nobody,
  admitted: nobody,
  goesOn: nobody,
  unclear: { ...nobody, kinds: [], opened: 0 },
  unchanged: { count: 0, refused: 0, denied: 0 },
  read: 0,
  cut: false,
};
