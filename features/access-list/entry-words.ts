import { unlikelyIssuerWords } from "../../engine/sign-up/issuers";
import type { ConcernCode } from "./breadth";
import type { ListEffect } from "./entry";
import { mapColumns } from "./entry-columns";
import type { Level } from "./match";

const en = {
  effects: { allow: "allow", approval: "approval", deny: "deny" } satisfies Record<ListEffect, string>,
  states: { live: "live", expired: "expired", void: "void" },
  suffix: (name: string) => `every organisation's domain under .${name}`,
  ...mapColumns(({ words }) => words.en),
};

export type EntryWords = typeof en;

const ko: EntryWords = {
  effects: { allow: "허용", approval: "승인 대기", deny: "거부" },
  states: { live: "적용 중", expired: "만료됨", void: "읽을 수 없음" },
  suffix: (name) => `.${name} 아래 모든 조직의 도메인`,
  ...mapColumns(({ words }) => words.ko),
};

export const entryWords = { en, ko } as const;

type ConcernWords = Readonly<Record<ConcernCode, (about: string) => string>>;

const enConcerns: ConcernWords = {
  everyone: () => "This lets in everyone unless another entry denies them.",
  everyoneOf: (issuer) => `This lets in everyone who signs in with ${issuer}.`,
  class: (name) => `This lets in everyone with an address of the class ${name}.`,
  issuer: (issuer) => `This lets in everyone who signs in with ${issuer}, whatever their address.`,
  freeMail: (domain) => `Anyone can get an address at ${domain}: this lets in everyone who has one.`,
  looksLike: (domain) => `It looks like ${domain}, which is let in: make sure that it isn't somebody posing as them.`,
  suffix: (domain) => `Anyone can register a name under ${domain}: it is no organisation's own domain.`,
  allUnderSuffix: (domain) => `.${domain} is a public suffix: this lets in every address of every organisation that has a domain under it.`,
  deniesEveryone: () => "This shuts out everyone that no other entry allows.",
  deniesIssuer: (issuer) => `This shuts out everyone who signs in with ${issuer}, even if another entry allows their address.`,
  deniesSuffix: (domain) =>
    `.${domain} is a public suffix: this shuts out every address of every organisation under it that no closer entry allows.`,
  deniesOwn: (domain) => `This shuts out ${domain}, your own domain.`,
  everyoneWaits: () => "Everyone that no other entry allows or denies then waits for approval.",
  issuerWaits: (issuer) => `Everyone who signs in with ${issuer} then waits for approval, even if another entry allows their address.`,
  suffixWaits: (domain) =>
    `.${domain} is a public suffix: every address of every organisation under it that no closer entry allows then waits for approval.`,
  ownWaits: (domain) => `Everyone at ${domain}, your own domain, then waits for approval.`,
  endsDeny: (entry) => `The deny of ${entry} no longer refuses people: other entries and the policy decide on them.`,
  endsApproval: (entry) => `${entry} no longer has people wait for approval: other entries and the policy decide on them.`,
  suspendsEntry: (entry) => `Until then, ${entry} lets people in. Afterwards it does again what it does now.`,
  refusesMany: (count) => `${count} people of the last 30 days would now be refused.`,
  admitsMany: (count) => `${count} people of the last 30 days would now be let in.`,
  notCompared: (count) =>
    `Time ran out before ${count} of the domains could be compared with those that are let in. Change fewer entries at once.`,
  asksNobody: (gates) =>
    `${gates === "" ? "No approver is asked" : `At ${gates}, no approver is asked`}, so this entry denies. Put requestApproval after accessList in before-create-user, or choose another effect.`,
  askingUnknown: () => "The entry denies where no rule asks for approval, and the policy could not be loaded.",
  unusedClass: (name) =>
    `The row counts only if the policy asks for the class, and this one does not: accessList({ classes: ["${name}"] }).`,
  classUnknown: (name) =>
    `The row counts only if the policy, which could not be loaded, asks for the class: accessList({ classes: ["${name}"] }).`,
  expired: () => "its time is over already; it counts for nothing.",
  bareSuffix: (domain) => `People have addresses under ${domain}, hardly ever at ${domain} itself: to mean all of them, write *.${domain}.`,
  unknownIssuer: unlikelyIssuerWords.en,
  shadowed: (entry) => `${entry} says the same, and no entry between the two says otherwise: this entry changes nothing.`,
  spellingDenied: (entry) => `It lets in a spelling of ${entry}, which is not allowed: the closer entry wins.`,
  sameEntry: (entry) => `${entry} is the same entry in another spelling.`,
};

const koConcerns: ConcernWords = {
  everyone: () => "다른 항목이 거부하지 않는 한 모든 사람이 들어올 수 있습니다.",
  everyoneOf: (issuer) => `${issuer} 계정으로 로그인한 모든 사람이 들어올 수 있습니다.`,
  class: (name) => `${name} 유형의 주소를 가진 모든 사람이 들어올 수 있습니다.`,
  issuer: (issuer) => `주소와 관계없이 ${issuer} 계정으로 로그인한 모든 사람이 들어올 수 있습니다.`,
  freeMail: (domain) => `${domain} 주소는 누구나 만들 수 있으며, 그 주소가 있으면 들어올 수 있습니다.`,
  looksLike: (domain) => `허용된 ${domain} 도메인과 비슷해 보입니다. 사칭이 아닌지 확인하세요.`,
  suffix: (domain) => `${domain} 아래에는 누구나 이름을 등록할 수 있으며, 한 조직의 도메인이 아닙니다.`,
  allUnderSuffix: (domain) => `.${domain} 도메인은 공용 접미사입니다. 그 아래 도메인을 가진 모든 조직의 모든 주소가 들어올 수 있습니다.`,
  deniesEveryone: () => "다른 항목이 허용하지 않는 모든 사람이 차단됩니다.",
  deniesIssuer: (issuer) => `다른 항목이 주소를 허용하더라도 ${issuer} 계정으로 로그인한 모든 사람이 차단됩니다.`,
  deniesSuffix: (domain) =>
    `.${domain} 도메인은 공용 접미사입니다. 더 가까운 항목이 허용하지 않는 한 그 아래 모든 조직의 모든 주소가 차단됩니다.`,
  deniesOwn: (domain) => `귀하의 ${domain} 도메인이 차단됩니다.`,
  everyoneWaits: () => "다른 항목이 허용하거나 거부하지 않는 모든 사람이 승인을 기다립니다.",
  issuerWaits: (issuer) => `다른 항목이 주소를 허용하더라도 ${issuer} 계정으로 로그인한 모든 사람이 승인을 기다립니다.`,
  suffixWaits: (domain) =>
    `.${domain} 도메인은 공용 접미사입니다. 더 가까운 항목이 허용하지 않는 한 그 아래 모든 조직의 모든 주소가 승인을 기다립니다.`,
  ownWaits: (domain) => `귀하의 ${domain} 도메인에 속한 모든 사람이 승인을 기다립니다.`,
  endsDeny: (entry) => `${entry} 거부로 차단되던 사람이 더 이상 거부되지 않으며, 다른 항목과 정책에 따라 결정됩니다.`,
  endsApproval: (entry) => `${entry} 항목 때문에 승인을 기다리던 사람이 더 이상 기다리지 않으며, 다른 항목과 정책에 따라 결정됩니다.`,
  suspendsEntry: (entry) => `그때까지 ${entry} 항목이 사람들을 허용합니다. 그 뒤에는 지금과 같이 다시 적용됩니다.`,
  refusesMany: (count) => `최근 30일 동안의 사람 중 ${count}명이 이제 거부됩니다.`,
  admitsMany: (count) => `최근 30일 동안의 사람 중 ${count}명이 이제 들어올 수 있습니다.`,
  notCompared: (count) =>
    `시간이 부족하여 도메인 ${count}개를 허용된 도메인과 비교하지 못했습니다. 영향을 확인하려면 한 번에 더 적은 항목을 변경하세요.`,
  asksNobody: (gates) =>
    `${gates === "" ? "" : `${gates} 게이트에서는 `}승인자에게 요청하지 않아 이 항목은 거부로 처리됩니다. before-create-user에서 accessList 뒤에 requestApproval을 추가하거나 다른 효과를 선택하세요.`,
  askingUnknown: () => "승인을 요청하는 규칙이 없는 곳에서는 이 항목이 거부합니다. 정책을 읽을 수 없어 확인하지 못했습니다.",
  classUnknown: (name) => `정책이 이 유형을 묻는 경우에만 적용되는데, 정책을 읽을 수 없습니다: accessList({ classes: ["${name}"] }).`,
  unusedClass: (name) => `정책이 이 유형을 묻는 경우에만 적용되는데, 현재 정책은 묻지 않습니다: accessList({ classes: ["${name}"] }).`,
  expired: () => "유효 기한이 이미 지나 적용되지 않습니다.",
  bareSuffix: (domain) =>
    `주소는 대개 ${domain} 자체가 아니라 그 아래 도메인에 있습니다. 그 아래 모든 사람이라면 *.${domain}으로 입력하세요.`,
  unknownIssuer: unlikelyIssuerWords.ko,
  shadowed: (entry) => `${entry} 항목이 이미 같은 내용이며 그 사이에 다른 항목이 없어, 이 항목은 아무것도 바꾸지 않습니다.`,
  spellingDenied: (entry) => `허용되지 않은 ${entry}의 다른 표기를 허용합니다. 더 가까운 항목이 우선합니다.`,
  sameEntry: (entry) => `${entry} 항목은 표기만 다른 같은 항목입니다.`,
};

export const concernWords = { en: enConcerns, ko: koConcerns } as const;

export const levelWords: Readonly<Record<"en" | "ko", Readonly<Record<Level, string>>>> = {
  en: {
    account: "this very account at the provider",
    veto: "the provider, whatever the address",
    address: "this very address",
    mailbox: "another spelling of the same mailbox",
    base: "the address without its +tag, or in letters that count as the same",
    domain: "the domain of the address",
    wildcard: "a wildcard over the domain",
    class: "a class that the domain belongs to",
    issuer: "the provider",
    everyone: "everyone",
  },
  ko: {
    account: "제공자의 바로 이 계정",
    veto: "주소와 관계없이 그 제공자",
    address: "바로 이 주소",
    mailbox: "같은 사서함의 다른 표기",
    base: "+태그를 뺀 주소 또는 같은 글자로 보는 표기",
    domain: "주소의 도메인",
    wildcard: "도메인에 대한 와일드카드",
    class: "도메인이 속한 분류",
    issuer: "제공자",
    everyone: "모든 사람",
  },
};
