import fc from "fast-check";
import type { Step } from "../../../engine/sign-up/sign-up";
import { evaluateExchange } from "../../../simulator/client/visit";
import { findBreaches } from "../../../simulator/contract/contract";
import { readAnswer } from "../../../simulator/contract/rule";

interface Wire {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: unknown;
  readonly step?: Step;
}

const block = { version: "1", action: "ShowBlockPage", userMessage: "No." };
const invalid = { version: "1", action: "ValidationError", status: 400, userMessage: "Mend it." };
const exchange = { tenant: "workforce", url: "https://gate.example.com", request: {} } as const;
const go = { version: "1", action: "Continue" };

function breaches({ status = 200, contentType = "application/json", body, step = "before-create-user" }: Wire) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return findBreaches(readAnswer({ status, contentType, body: text }), { tenant: "workforce", step });
}

describe("the connectors' contract", () => {
  it.each<Wire>([
    { body: go },
    { body: { ...go, city: "Lyon", extension_Seats: 5, extension_News: false, extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_A: "x" } },
    { body: block },
    { body: block, step: "after-sign-in" },
    { body: { ...block, status: 200, code: "X" } },
    { status: 400, body: invalid },
    { status: 400, body: { ...invalid, status: "400" } },
    { body: go, contentType: "application/json; charset=utf-8" },
  ])("accepts $body with $status", (wire) => expect(breaches(wire)).toEqual([]));

  it.each<{ rule: string; tolerated?: boolean } & Wire>([
    { rule: "status", status: 500, body: "" },
    { rule: "status", status: 403, body: "" },
    { rule: "status", status: 302, body: "" },
    { rule: "content-type", body: go, contentType: "text/html" },
    { rule: "content-type", body: go, contentType: "" },
    { rule: "body", body: "" },
    { rule: "body", body: "<html>" },
    { rule: "body", body: "[]" },
    { rule: "body", body: '{"version":"1","action":"Continue",}' },
    { rule: "body", body: `\uFEFF${JSON.stringify(go)}` },
    { rule: "version", body: { action: "Continue" } },
    { rule: "version", body: { ...go, version: "" } },
    { rule: "version", body: { city: "Lyon" } },
    { rule: "action", body: { ...go, action: "Allow" } },
    { rule: "action", body: { ...go, action: "continue" } },
    { rule: "action", body: { version: "1" } },
    { rule: "action", status: 400, body: { version: "1", error: "INVALID_REQUEST" } },
    { rule: "continue.status", status: 400, body: go },
    { rule: "block.status", status: 400, body: block },
    { rule: "invalid.status", body: invalid },
    { rule: "invalid.body-status", status: 400, body: { ...invalid, status: undefined } },
    { rule: "invalid.body-status", status: 400, body: { ...invalid, status: 200 } },
    { rule: "invalid.step", status: 400, body: invalid, step: "after-sign-in" },
    { rule: "message", body: { ...block, userMessage: undefined } },
    { rule: "message", body: { ...block, userMessage: " " } },
    { rule: "other-status", body: { ...block, status: 400 }, tolerated: true },
    { rule: "claims.type", body: { ...go, city: 5 } },
    { rule: "claims.type", body: { ...go, extension_Seats: 0.5 } },
    { rule: "claims.type", body: { ...go, extension_Tags: ["a"] } },
    { rule: "claims.null", body: { ...go, city: null }, tolerated: true },
    { rule: "claims.protected", body: { ...go, email: "a@b.example" }, tolerated: true },
  ])("$rule refuses $body with $status", ({ rule, tolerated = false, ...wire }) => {
    const found = breaches(wire).find((breach) => breach.rule === rule);
    expect(found).toMatchObject({ rule, tolerated });
    const contentType = wire.contentType ?? "application/json";
    const body = typeof wire.body === "string" ? wire.body : JSON.stringify(wire.body);
    const answer = { status: wire.status ?? 200, contentType, body };
    const { page } = evaluateExchange({ ...exchange, step: wire.step ?? "before-create-user", attempts: [{ durationMs: 1, answer }] });
    expect(page.kind === "error").toBe(!tolerated);
  });

  it("gives a verdict on any answer", () => {
    const answer = fc.record({
      status: fc.integer({ min: 100, max: 599 }),
      contentType: fc.string(),
      body: fc.oneof(fc.string(), fc.json()),
    });
    fc.assert(
      fc.property(answer, fc.constantFrom<Step>("after-sign-in", "before-create-user"), (given, step) => {
        const { page, breaches: found } = evaluateExchange({ ...exchange, step, attempts: [{ durationMs: 1, answer: given }] });
        expect(page.kind === "error").toBe(found.some(({ tolerated }) => !tolerated));
      }),
    );
  });
});
