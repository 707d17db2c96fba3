import { type Filters, momentFilters } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";

const t = pageTexts({
  state: ["State", "상태"],
  states: {
    in: ["In", "이용 중"],
    disabled: ["Disabled", "비활성화됨"],
    ended: ["Deleted", "삭제됨"],
  },
  sponsor: ["Sponsor", "담당자"],
  domain: ["Domain", "도메인"],
  endsAfter: ["Ends after", "종료일(이후)"],
  endsBefore: ["Ends before", "종료일(이전)"],
});

/** The filters of accounts. `from` and `to` are about when the gate let the person in. */
export const accountFilters = {
  state: {
    ...{ flag: "--state <state>", help: "only in this state", kind: "choice" },
    get label() {
      return t.state;
    },
    get choices() {
      return t.states;
    },
  },
  sponsor: {
    ...{ flag: "--sponsor <address>", help: "only those whom this sponsor answers for", kind: "address" },
    get label() {
      return t.sponsor;
    },
  },
  domain: {
    ...{ flag: "--domain <domain>", help: "only addresses of this domain", kind: "domain" },
    get label() {
      return t.domain;
    },
  },
  endsAfter: {
    ...{ flag: "--ends-after <time>", help: "only if access ends after that: 30d is in 30 days, 2027-01-31", kind: "after" },
    get label() {
      return t.endsAfter;
    },
  },
  endsBefore: {
    ...{ flag: "--ends-before <time>", help: "only if access ends before that; a day counts whole", kind: "before" },
    get label() {
      return t.endsBefore;
    },
  },
  ...momentFilters,
} as const satisfies Filters;
