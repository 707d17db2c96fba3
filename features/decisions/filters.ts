import { type Filters, momentFilters } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";

const t = pageTexts({
  email: ["Address", "주소"],
  outcome: ["Outcome", "결과"],
  outcomes: {
    continue: ["Let in", "허용"],
    waiting: ["Asked for approval", "승인 요청"],
    invalid: ["Asked to correct", "수정 요청"],
    block: ["Refused", "거부"],
    "went-on": ["Went on to the form", "양식으로 진행"],
  },
  step: ["Step", "단계"],
  steps: {
    "after-sign-in": ["After sign-in", "로그인 후"],
    "before-create-user": ["Before creation", "생성 전"],
    "before-sending-token": ["Before the token", "토큰 발급 전"],
  },
  reason: ["Reason", "이유"],
  domain: ["Domain", "도메인"],
  issuer: ["Signed in with", "로그인 방법"],
  entry: ["Entry", "항목"],
});

/** The page's own chips and its search field take the place of most. */
export const decisionFilters = {
  email: {
    ...{ flag: "--email <address>", help: "only of this address", kind: "address" },
    get label() {
      return t.email;
    },
  },
  verdict: {
    ...{
      flag: "--outcome <outcome>",
      help: "only with this outcome, as on the page: who waits for approval is no `block`, who went on to the form no `continue`",
      kind: "choice",
    },
    get label() {
      return t.outcome;
    },
    get choices() {
      return t.outcomes;
    },
  },
  step: {
    ...{ flag: "--step <step>", help: "only of this step", kind: "choice" },
    get label() {
      return t.step;
    },
    get choices() {
      return t.steps;
    },
  },
  reason: {
    ...{ flag: "--reason <code>", help: "only with this reason: access-list.denied", kind: "text" },
    get label() {
      return t.reason;
    },
  },
  domain: {
    ...{ flag: "--domain <domain>", help: "only of addresses of this domain", kind: "domain" },
    get label() {
      return t.domain;
    },
  },
  issuer: {
    ...{ flag: "--issuer <provider>", help: "only of people who signed in with this provider: google.com", kind: "text" },
    get label() {
      return t.issuer;
    },
  },
  entry: {
    ...{ flag: "--entry <key>", help: "only those that this entry of the access list decided", kind: "text" },
    get label() {
      return t.entry;
    },
  },
  ...momentFilters,
} as const satisfies Filters;
