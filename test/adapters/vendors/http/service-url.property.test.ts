import fc from "fast-check";
import { serviceUrl } from "../../../../adapters/vendors/http/service-request";
import { anyCharacter } from "../../../support/any-character";
import { runs } from "../../../support/runs";

const base = new URL("https://crm.contoso.com/api");

const text = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: fc.constantFrom("/", "\\", ".", "%", "2", "e", "?", "#", "&", "@", ";", "{", "}", ":") }),
);

describe("the URL of a call to a service", () => {
  it("encodes any value at the place of its placeholder", () => {
    fc.assert(
      fc.property(text, text, (id, q) => {
        const url = serviceUrl(base, { path: "/people/{id}/v1", params: { id }, query: { q: `q${q}`, fixed: 1 } });
        if (url === undefined) return;
        expect(url.origin + url.username + url.password + url.hash).toBe("https://crm.contoso.com");
        const segments = url.pathname.split("/");
        expect(segments).toEqual(["", "api", "people", expect.any(String), "v1"]);
        expect(decodeURIComponent(segments[4 - 1] as string)).toBe(id);
        expect([...url.searchParams]).toEqual([
          ["q", `q${q}`.toWellFormed()],
          ["fixed", "1"],
        ]);
      }),
      { numRuns: runs(60, 3_000) },
    );
  });

  it("stays on the service's host and below its path, whatever the values", () => {
    fc.assert(
      fc.property(text, (typed) => {
        let url: URL | undefined;
        try {
          url = serviceUrl(base, { path: `/people/${typed}` });
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        if (url === undefined) return;
        expect(url.origin + url.search + url.hash).toBe("https://crm.contoso.com");
        expect(url.pathname.startsWith("/api/people/")).toBe(true);
      }),
      { numRuns: runs(60, 3_000) },
    );
  });
});
