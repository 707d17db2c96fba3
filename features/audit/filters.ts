import { type Filters, momentFilters } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";

/** Prefixes of action names, by the group that the page offers. */
export const changeGroups = {
  list: ["access-list.", "list-changes."],
  requests: ["approvals."],
  people: ["access.", "person."],
  partners: ["partner."],
  gates: ["posture."],
  incidents: ["incident."],
  data: ["profiles.", "reference-data.", "ledger."],
  tasks: ["tasks."],
} as const;

const t = pageTexts({
  view: ["What is shown", "표시할 내역"],
  views: {
    changes: ["Changes", "변경"],
    "sign-ins": ["Sign-ins", "로그인"],
    exports: ["Exports", "내보내기"],
  },
  operator: ["Who", "변경한 사람"],
  operatorHint: ["A name, an account's object id, an AWS identity, or the word outside.", "이름, 계정의 개체 ID, AWS 자격 증명, outside."],
  action: ["What", "작업"],
  groups: {
    list: ["Access list", "접근 목록"],
    requests: ["Requests and invitations", "요청과 초대"],
    people: ["People's access and data", "이용과 개인 정보"],
    partners: ["Partners", "파트너"],
    gates: ["Gates", "게이트"],
    incidents: ["Incidents", "사고"],
    data: ["Profiles and reference data", "프로필과 기준 데이터"],
    tasks: ["Owners and notes", "담당자와 메모"],
  },
  entry: ["Entry, domain, address or account", "항목, 도메인, 주소 또는 계정"],
});

export const changeFilters = {
  view: {
    ...{ flag: "--view <view>", help: "only changes, operators' sign-ins or exports", kind: "choice" },
    get label() {
      return t.view;
    },
    get choices() {
      return t.views;
    },
  },
  operator: {
    ...{
      flag: "--by <who>",
      help: "by a name or a part of it, an account's object id, an AWS identity, gatehouse or outside",
      kind: "text",
    },
    get label() {
      return t.operator;
    },
    get hint() {
      return t.operatorHint;
    },
  },
  action: {
    ...{ flag: "--action <action>", help: "of one kind, such as access-list.changed, or of a group", kind: "choice", isOpen: true },
    get label() {
      return t.action;
    },
    get choices() {
      return t.groups;
    },
  },
  entry: {
    ...{ flag: "--entry <key>", help: "of one row: its key as the table has it", kind: "text" },
    get label() {
      return t.entry;
    },
  },
  ...momentFilters,
} as const satisfies Filters;
