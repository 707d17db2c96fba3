import fc from "fast-check";
import { apiConnector } from "../../../engine/protocols/api-connector";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { runs } from "../../support/runs";
import { requestBody } from "./bodies";

const numRuns = runs(600, 10_000);

describe("an arbitrary body", () => {
  it("is read or refused, and a request that was read can be answered", () => {
    fc.assert(
      fc.property(requestBody, fc.constantFrom("after-sign-in", "before-create-user", "before-sending-token"), (body, step) => {
        const parsed = apiConnector.parse({ contentType: "application/json", body }, step);
        if (!parsed.ok) {
          expect(["request.unreadable", "request.email", "request.step"]).toContain(parsed.reason);
          return;
        }
        const { received } = parsed;
        expect(normaliseEmail(received.email) ?? "").toBe(received.email);
        for (const name of ["email", "identities", "ui_locales", "lastName"]) expect(received.attributes).not.toHaveProperty(name);
        for (const value of Object.values(received.attributes)) expect([null, ""]).not.toContain(value);
        const answer = apiConnector.render({ kind: "continue", attributes: received.attributes }, step);
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.body)).toMatchObject({ ...received.attributes });
      }),
      { numRuns },
    );
  });
});
