import { apiConnector } from "../../../engine/protocols/api-connector";
import type { Reply } from "../../../engine/protocols/protocol";

describe("the three answers, to the letter", () => {
  it.each<{ reply: Reply; status: number; body: string }>([
    {
      reply: { kind: "continue", attributes: { postalCode: "04524", extension_PartnerTier: "gold", extension_News: false } },
      status: 200,
      body: '{"version":"1.0.0","action":"Continue","postalCode":"04524","extension_PartnerTier":"gold","extension_News":false}',
    },
    { reply: { kind: "continue", attributes: {} }, status: 200, body: '{"version":"1.0.0","action":"Continue"}' },
    {
      reply: { kind: "block", message: "Sign-up is closed for your organisation." },
      status: 200,
      body: '{"version":"1.0.0","action":"ShowBlockPage","userMessage":"Sign-up is closed for your organisation."}',
    },
    {
      reply: { kind: "invalid", message: "Postal code has five digits." },
      status: 400,
      body: '{"version":"1.0.0","action":"ValidationError","status":400,"userMessage":"Postal code has five digits."}',
    },
  ])("$reply.kind: $body", ({ reply, status, body }) => expect(apiConnector.render(reply)).toEqual({ status, body }));
});
