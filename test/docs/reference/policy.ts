import type { Effect, Use } from "entra-gatehouse";

// What docs/reference.md shows of types: each part stands under the type's name, in a line `// NAME`.

// Effect
export const once: Effect = {
  table: "ledger",
  item: { id: "ticket/4711" },
  condition: "absent",
  onConflict: { kind: "block", reason: "ticket.used", message: "This ticket is used." },
};

// Use
export const uses: readonly Use[] = [
  { table: "accessList", access: "read" },
  { secret: "crm", shape: { username: "gatehouse", password: "the password" } },
  { service: "crm", timeout: "800ms" },
];
