import type { Filters } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";

/** The label of the search, in English and Korean. */
export const beginsLabel: readonly [en: string, ko: string] = ["How an address begins", "주소의 앞부분"];

const t = pageTexts({
  q: beginsLabel,
  problem: ["Problem", "문제"],
  flagged: ["Only rows with a problem", "문제가 있는 행만"],
});

export const profileFilters = {
  q: {
    ...{
      flag: "--search <text>",
      help: "profiles: only this person, in any spelling, and people whose key begins like this",
      kind: "text",
    },
    get label() {
      return t.q;
    },
  },
  problem: {
    ...{ flag: "--problem", help: "profiles: only rows of which something does not count", kind: "choice" },
    get label() {
      return t.problem;
    },
    get choices() {
      return { 1: t.flagged };
    },
  },
} as const satisfies Filters;
