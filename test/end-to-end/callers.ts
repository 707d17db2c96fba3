import entra from "../fixtures/b2b-after-sign-in-entra.json";
import type { Gate } from "../support/gate";

/** The answers of every served template to calls that are not Entra's, or malformed, whatever its policy. */
export function callers(gateOf: () => Pick<Gate, "call"> & { readonly info: { readonly apiUrl: string } }): void {
  describe("refuses a call that is not Entra's", () => {
    it.each([
      ["no credentials", { authorization: "" }],
      ["wrong credentials", { authorization: `Basic ${Buffer.from("entra:wrong").toString("base64")}` }],
      ["another scheme", { authorization: "Bearer x" }],
      ["garbage", { authorization: "Basic !!!" }],
    ])("with 401 for %s", async (_, headers) => {
      const reply = await gateOf().call("before-create-user", entra, headers);
      expect(reply.status).toBe(401);
      expect(reply.headers.get("www-authenticate")).toMatch(/^Basic/);
      expect(reply.body).toEqual({ message: "Unauthorized" });
    });

    it.each([
      ["GET", "/before-create-user"],
      ["POST", "/nowhere"],
      ["GET", "/"],
    ])("with 403 or 404 in JSON for %s %s", async (method, path) => {
      const response = await fetch(`${gateOf().info.apiUrl}${path}`, { method });
      expect([403, 404]).toContain(response.status);
      expect(await response.json()).toHaveProperty("message");
    });
  });

  describe("admits no person by a malformed call", () => {
    const kim = { email: "kim@contoso.com" };
    it.each<{ given: string; body: unknown; headers?: Record<string, string> }>([
      { given: "body that is not JSON", body: "{" },
      { given: "body that is no object", body: "[]" },
      { given: "empty body", body: "" },
      { given: "body over 64 KiB", body: { ...kim, city: "x".repeat(65 * 1024) } },
      { given: "other content type", body: JSON.stringify(kim), headers: { "content-type": "text/plain" } },
      { given: "missing e-mail", body: { displayName: "Kim" } },
      { given: "e-mail that isn't one", body: { email: "kim" } },
      { given: "e-mail with two @", body: { email: "kim@evil.example@contoso.com" } },
      { given: "e-mail with quoted local part", body: { email: '"kim"@contoso.com' } },
      { given: "e-mail with control character", body: { email: "kim\u0000@contoso.com" } },
      { given: "claim of the wrong type", body: { ...kim, displayName: { first: "Kim" } } },
      { given: "identities of the wrong type", body: { ...kim, identities: "google.com" } },
      { given: "deep nesting", body: `{"email":"kim@contoso.com","x":${"[".repeat(500)}${"]".repeat(500)}}` },
      { given: "prototype key", body: '{"email":"kim@contoso.com","__proto__":{"admin":true}}' },
    ])("$given", async ({ body, headers }) => {
      for (const step of ["after-sign-in", "before-create-user"]) {
        const reply = await gateOf().call(step, body, headers);
        expect({ status: reply.status, action: reply.body.action }).toEqual({ status: 200, action: "ShowBlockPage" });
      }
    });
  });
}
