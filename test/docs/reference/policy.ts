import { block, type RuleEffect, type Use } from "entra-gatehouse";

// What docs/reference.md shows of types: each part stands under the type's name, in a line `// NAME`.

// RuleEffect
export const once: RuleEffect = {
  table: "ledger",
  item: { id: "ticket/4711" },
  condition: "absent",
  onConflict: block("ticket.used", "This ticket is used."),
};

// Use
export const uses: readonly Use[] = [
  { table: "accessList", access: "read" },
  { secret: "crm", shape: { username: "gatehouse", password: "the password" } },
  { service: "crm", timeout: "800ms" },
];
