/** A row of the access list in one line, for operators. */
export interface EntryWords {
  readonly effects: Readonly<Record<"allow" | "deny", string>>;
  readonly states: Readonly<Record<"live" | "expired" | "void", string>>;
  issuer(name: string): string;
  gates(names: string): string;
  until(day: string): string;
  note(text: string): string;
}

const en: EntryWords = {
  effects: { allow: "allow", deny: "deny" },
  states: { live: "live", expired: "expired", void: "void" },
  issuer: (name) => `issuer ${name}`,
  gates: (names) => `gates ${names}`,
  until: (day) => `until ${day}`,
  note: (text) => `note "${text}"`,
};

const ko: EntryWords = {
  effects: { allow: "허용", deny: "거부" },
  states: { live: "적용 중", expired: "만료됨", void: "읽을 수 없음" },
  issuer: (name) => `제공자 ${name}`,
  gates: (names) => `게이트 ${names}`,
  until: (day) => `${day}까지`,
  note: (text) => `메모 "${text}"`,
};

export const entryWords = { en, ko } as const;
