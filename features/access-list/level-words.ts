import type { Level } from "./match";

export type LevelWords = Readonly<Record<Level, string>>;

const en: LevelWords = {
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
};

const ko: LevelWords = {
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
};

export const levelWords = { en, ko } as const;
