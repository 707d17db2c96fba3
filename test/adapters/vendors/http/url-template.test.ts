import fc from "fast-check";
import { urlTemplate } from "../../../../adapters/vendors/http/url-template";
import type { Attributes } from "../../../../engine/sign-up/sign-up";
import { NotAsked } from "../../../../engine/sign-up/source";
import { anyCharacter } from "../../../support/any-character";
import { runs } from "../../../support/runs";

const TEMPLATE = "https://crm.contoso.com/people/{email}/v1?code={extension_Code}&fixed=1";

function filled(template: string, attributes: Attributes, email = "kim@contoso.com"): string | undefined {
  const url = urlTemplate(template, "url")({ email, attributes });
  return url instanceof NotAsked ? undefined : url.href;
}

describe("a URL template", () => {
  it.each<{ given: string; attributes: Attributes; url: string }>([
    { given: "text", attributes: { extension_Code: "A-1" }, url: "code=A-1" },
    { given: "a number", attributes: { extension_Code: 25 }, url: "code=25" },
    { given: "false", attributes: { extension_Code: false }, url: "code=false" },
    { given: "URL syntax", attributes: { extension_Code: "a/b?c=d&e#f:@" }, url: "code=a%2Fb%3Fc%3Dd%26e%23f%3A%40" },
    { given: "XML", attributes: { extension_Code: '<a b="\'"/>' }, url: "code=%3Ca%20b%3D%22%27%22%2F%3E" },
    { given: "JSON", attributes: { extension_Code: '{"a":[1]}' }, url: "code=%7B%22a%22%3A%5B1%5D%7D" },
    { given: "line breaks", attributes: { extension_Code: "a\r\nHost: b" }, url: "code=a%0D%0AHost%3A%20b" },
    { given: "signs that encodeURIComponent leaves", attributes: { extension_Code: "!'()*" }, url: "code=%21%27%28%29%2A" },
    { given: "a placeholder", attributes: { extension_Code: "{email}" }, url: "code=%7Bemail%7D" },
    { given: "what replace() takes for a pattern", attributes: { extension_Code: "$&$1$$" }, url: "code=%24%26%241%24%24" },
    { given: "another script", attributes: { extension_Code: "김" }, url: "code=%EA%B9%80" },
    { given: "dots in the query", attributes: { extension_Code: ".." }, url: "code=.." },
  ])("accepts $given", ({ attributes, url }) => {
    expect(filled(TEMPLATE, attributes)).toBe(`https://crm.contoso.com/people/kim%40contoso.com/v1?${url}&fixed=1`);
  });

  it.each<{ given: string; attributes: Attributes; why: "missing" | "unusable" }>([
    { given: "nothing", attributes: {}, why: "missing" },
    { given: "an empty text", attributes: { extension_Code: "" }, why: "missing" },
    { given: "white space", attributes: { extension_Code: " " }, why: "missing" },
    { given: "a list", attributes: { extension_Code: ["a"] }, why: "missing" },
    { given: "an object", attributes: { extension_Code: { a: 1 } }, why: "missing" },
    { given: "half a character pair", attributes: { extension_Code: "a\ud800" }, why: "unusable" },
    { given: "10,000 characters", attributes: { extension_Code: "a".repeat(10_000) }, why: "unusable" },
  ])("is not filled with $given, and the error names the faulty attribute", ({ attributes, why }) =>
    expect(urlTemplate(TEMPLATE, "url")({ email: "kim@contoso.com", attributes })).toEqual(new NotAsked(why, "extension_Code")),
  );

  it("is not filled with an address that leaves its path segment, and the error names the address", () =>
    expect(urlTemplate(TEMPLATE, "url")({ email: "%2e%2e/x@contoso.com", attributes: { extension_Code: "A" } })).toEqual(
      new NotAsked("unusable", "email"),
    ));

  it.each(["key=email", "code=KR", "code=P-118003", "pageToken={email}", "token=", "api_key={extension_Code}"])(
    "accepts the parameter %s, which is no secret",
    (parameter) => expect(() => urlTemplate(`https://a.com/people?${parameter}`, "url")).not.toThrow(),
  );

  it("is refused if it contains a secret, and the error does not repeat the secret", () =>
    expect(() => urlTemplate("https://a.com/{email}?apikey=sk_live_51H8", "url")).toThrow(/^(?!.*sk_live).*$/s));

  it("is not filled from inherited object members such as toString", () => expect(filled("https://a.com/{toString}", {})).toBeUndefined());

  it("fills to at most 2,048 characters", () => {
    const room = 2_048 - "https://a.com/".length;
    expect(filled("https://a.com/{x}", { x: "a".repeat(room) })).toHaveLength(2_048);
    expect(filled("https://a.com/{x}", { x: "a".repeat(room + 1) })).toBeUndefined();
  });

  it.each([
    ".",
    "..",
    "...",
    "%2e",
    "%2E%2e",
    ".%2e",
    "%252e%252e",
    "../admin",
    "a/../b",
    "a\\..\\b",
    "a%2f..%2fb",
    "a%5c%2e%2e",
    "..;x",
    "..;/admin",
  ])("is not filled with a value that leaves its path segment: %s", (value) => {
    expect(filled("https://a.com/people/{x}/v1", { x: value })).toBeUndefined();
    expect(filled("https://a.com/people?x={x}", { x: value })).toBe(`https://a.com/people?x=${encodeURIComponent(value)}`);
  });

  it.each<{ template: string; attributes: Attributes }>([
    { template: "https://a.com/{x}{y}/z", attributes: { x: ".", y: "." } },
    { template: "https://a.com/.{x}/z", attributes: { x: "." } },
    { template: "https://a.com/%2e{x}/z", attributes: { x: "." } },
  ])("is not filled if values join into two dots: $template", ({ template, attributes }) =>
    expect(filled(template, attributes)).toBeUndefined(),
  );

  it.each(["A/1", "a.b", "..a", "a..", ".hidden", "a b", "a;b"])("accepts %s within a path segment", (value) => {
    expect(filled("https://a.com/people/{x}/v1", { x: value })).toBe(`https://a.com/people/${encodeURIComponent(value)}/v1`);
  });

  it("keeps any text at the place of its placeholder", () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.string({ unit: fc.constantFrom("/", "\\", ".", "%", "2", "e", "?", "#", "&", "@", ";") }),
    );
    fc.assert(
      fc.property(text, text, (email, code) => {
        const href = filled(TEMPLATE, { extension_Code: code }, email);
        if (href === undefined) return;
        const url = new URL(href);
        expect(url.origin).toBe("https://crm.contoso.com");
        expect(url.username + url.password + url.hash).toBe("");
        const segments = url.pathname.split("/");
        expect(segments).toEqual(["", "people", expect.any(String), "v1"]);
        expect(decodeURIComponent(segments[2] as string)).toBe(email);
        expect([...url.searchParams]).toEqual([
          ["code", code],
          ["fixed", "1"],
        ]);
      }),
      { numRuns: runs(200, 1_000) },
    );
  });

  it.each([
    "https://a.com",
    "https://a.com/b?c=d",
    "http://127.0.0.1:8080/{email}",
    "http://localhost/{email}",
    "http://[::1]:8080/{email}",
    "https://a.com?x={email}",
  ])("may be %s", (template) => expect(() => urlTemplate(template, "url")).not.toThrow());

  it.each([
    { template: "http://a.com/{email}", why: /https:\/\// },
    { template: "ftp://a.com/{email}", why: /https:\/\// },
    { template: "http://127.0.0.1.evil.com/{email}", why: /https:\/\// },
    { template: "{email}", why: /placeholder comes before the path/ },
    { template: "{x}://a.com/", why: /placeholder comes before the path/ },
    { template: "https://{x}/", why: /placeholder comes before the path/ },
    { template: "https://{x}.contoso.com/", why: /placeholder comes before the path/ },
    { template: "https://a.com{x}/", why: /placeholder comes before the path/ },
    { template: "https://a.com:{x}/", why: /placeholder comes before the path/ },
    { template: "https:///{x}/", why: /placeholder comes before the path/ },
    { template: "https:/{x}/", why: /placeholder comes before the path/ },
    { template: "https:\\\\{x}/", why: /placeholder comes before the path/ },
    { template: "https://a.com\\{x}", why: /placeholder comes before the path/ },
    { template: "https://{x}@a.com/", why: /placeholder comes before the path/ },
    { template: "https://me:secret@a.com/{email}", why: /user name or password/ },
    ...["apikey=sk_live_51H8", "api_key=abcd", "access_token=abcd", "client_secret=abcd", "password=abcd", "sig=abcd"].map((secret) => ({
      template: `https://a.com/{email}?format=json&${secret}`,
      why: /the URL holds a secret, the parameter "[a-z_]+", which/,
    })),
    { template: "https://a.com/{email}?key=AIzaSyD9x01kQ", why: /the URL holds a secret, the parameter "key"/ },
    { template: "https://a.com/{email}?code=fb2Fz9Qk==1234", why: /the URL holds a secret, the parameter "code"/ },
    { template: "https://a.com/{email}#{x}", why: /"#" is never sent/ },
    { template: "https://a.com/{email", why: /brace has no partner/ },
    { template: "https://a.com/email}", why: /brace has no partner/ },
    { template: "https://a.com/{{email}}", why: /brace has no partner/ },
    { template: "https://a.com/{}", why: /"\{\}" names neither email nor an attribute/ },
    { template: "https://a.com/{Partner Number}", why: /"\{Partner Number\}" names neither/ },
    { template: "https://a.com/a b", why: /no URL/ },
    { template: "https://a.com/a\nb", why: /no URL/ },
    { template: "people/{email}", why: /placeholder comes before the path/ },
    { template: "people", why: /no URL/ },
    { template: `https://a.com/${"a".repeat(2_048)}`, why: /more than 2048 characters/ },
    { template: "", why: /no URL/ },
    { template: undefined as unknown as string, why: /no text/ },
  ])("may not be $template", ({ template, why }) => {
    expect(() => urlTemplate(template, 'http "crm": url')).toThrow(TypeError);
    expect(() => urlTemplate(template, 'http "crm": url')).toThrow(why);
    expect(() => urlTemplate(template, 'http "crm": url')).toThrow(/^http "crm": url: /);
  });
});
