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
      reply: { kind: "block", title: "Closed", message: "Sign-up is closed for your organisation." },
      status: 200,
      body: '{"version":"1.0.0","action":"ShowBlockPage","userMessage":"Sign-up is closed for your organisation."}',
    },
    {
      reply: { kind: "invalid", message: "Postal code has five digits.", summary: "Please correct.", problems: [] },
      status: 400,
      body: '{"version":"1.0.0","action":"ValidationError","status":400,"userMessage":"Postal code has five digits."}',
    },
  ])("$reply.kind: $body", ({ reply, status, body }) => expect(apiConnector.render(reply, "before-create-user")).toEqual({ status, body }));

  it.each<Reply>([
    { kind: "block", title: "t", message: "m" },
    { kind: "invalid", message: "m", summary: "s", problems: [] },
  ])("before a token is sent a $kind is a Continue without claims", (reply) =>
    expect(apiConnector.render(reply, "before-sending-token")).toEqual({ status: 200, body: '{"version":"1.0.0","action":"Continue"}' }),
  );
});
