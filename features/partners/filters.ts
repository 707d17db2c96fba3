import type { Filters } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";
import { partnerWords } from "./words";

const t = pageTexts({ state: ["State", "상태"] });

export const partnerFilters = {
  state: {
    ...{ flag: "--state <state>", help: "only in this state", kind: "choice" },
    get label() {
      return t.state;
    },
    get choices() {
      return partnerWords.states;
    },
  },
} as const satisfies Filters;
