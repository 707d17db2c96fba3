import {
  type Authentication,
  type Block,
  type CustomAttribute,
  defineRule,
  type Effect,
  type Rule,
  type Text,
  type Use,
  type Verdict,
} from "entra-gatehouse";

// What docs/reference.md shows of types: each part stands under the type's name, in a line `// NAME`.

// Authentication
export const signed: Authentication = {
  uses: [{ secret: "crm" }],
  headers: async (call) => ({ "x-contoso-token": await call.secret("crm") }),
};

// Block
export const closed: Block = {
  kind: "block",
  reason: "office-hours.closed",
  message: { en: "Sign-up is open from 8 to 18.", ko: "가입은 8시부터 18시까지 가능합니다." },
};

// CustomAttribute
export const topics: CustomAttribute = { type: "stringCollection", choices: { api: "API", billing: "Billing" } };

// Effect
export const once: Effect = {
  table: "ledger",
  item: { id: "ticket/4711" },
  condition: "absent",
  onConflict: { kind: "block", reason: "ticket.used", message: "This ticket is used." },
};

// Rule
export const evenSeats: Rule<"before-create-user"> = defineRule({
  name: "even-seats",
  asks: ["extension_Seats"],
  decide: ({ attributes }): Verdict<"before-create-user"> =>
    Number(attributes.extension_Seats) % 2 === 0
      ? { kind: "continue" }
      : { kind: "invalid", problems: [{ attribute: "extension_Seats", reason: "seats.odd", message: "Seats come in pairs." }] },
});

// Text
export const sorry: Text = { en: "Write to it@contoso.com.", ko: "it@contoso.com에 문의하세요.", "pt-BR": "Escreva para it@contoso.com." };

// Use
export const uses: readonly Use[] = [
  { table: "accessList", access: "read" },
  { secret: "crm", shape: { username: "gatehouse", password: "the password" } },
  { service: "crm", timeLimitMs: 800 },
];
