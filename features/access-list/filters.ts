import type { Filters } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";

export const EXPIRED = "expired";
/** The numbers of days within which an entry may end. */
export const DAYS = [7, 30, 90] as const;

type Label = readonly [en: string, ko: string];

export const effectLabels: Readonly<Record<"effect" | "allow" | "approval" | "deny", Label>> = {
  effect: ["Effect", "효과"],
  allow: ["Allow", "허용"],
  approval: ["Wait for approval", "승인 대기"],
  deny: ["Deny", "거부"],
};

const t = pageTexts({
  q: ["Entry, or how it begins", "항목 또는 항목의 앞부분"],
  ...effectLabels,
  ends: ["Expires", "만료"],
  hasEnded: ["Has expired", "이미 끝남"],
  endsWithin: [(days: number) => `Within ${days} days`, (days) => `${days}일 안에 끝남`],
  used: ["Use", "사용"],
  unused: ["Unused", "미사용"],
  note: ["Note contains", "메모에 포함된 글자"],
});

/** The filters of the access list, beside its gate. */
export const entryFilters = {
  q: {
    ...{ flag: "--search <text>", help: "only this entry, and entries that begin like this", kind: "text" },
    get label() {
      return t.q;
    },
  },
  effect: {
    ...{ flag: "--effect <effect>", help: "only entries of this effect", kind: "choice" },
    get label() {
      return t.effect;
    },
    get choices() {
      const { allow, approval, deny } = t;
      return { allow, approval, deny };
    },
  },
  ends: {
    ...{
      flag: "--ends <when>",
      help: "only entries that have expired, or that end within so many days; the earliest end comes first",
      kind: "choice",
    },
    get label() {
      return t.ends;
    },
    get choices() {
      const within = DAYS.map((days) => [String(days), t.endsWithin(days)]);
      return { ...Object.fromEntries(within), [EXPIRED]: t.hasEnded };
    },
  },
  used: {
    ...{ flag: "--used <no>", help: "only entries that have let in nobody in the last 30 days", kind: "choice" },
    get label() {
      return t.used;
    },
    get choices() {
      return { no: t.unused };
    },
  },
  note: {
    ...{ flag: "--note <text>", help: "only entries whose note contains this text, in upper or lower case", kind: "text" },
    get label() {
      return t.note;
    },
  },
} as const satisfies Filters;
