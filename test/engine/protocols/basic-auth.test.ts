import fc from "fast-check";
import { readBasicAuth } from "../../../engine/protocols/basic-auth";

const encoded = (text: string) => Buffer.from(text).toString("base64");

describe("a basic auth header", () => {
  it.each([
    { header: `Basic ${encoded("entra:secret")}`, username: "entra", password: "secret" },
    { header: `basic ${encoded("entra:secret")}`, username: "entra", password: "secret" },
    { header: `BASIC   ${encoded("entra:secret")} `, username: "entra", password: "secret" },
    { header: `Basic ${encoded("entra:se:cr:et")}`, username: "entra", password: "se:cr:et" },
    { header: `Basic ${encoded("entra:비밀번호é")}`, username: "entra", password: "비밀번호é" },
    { header: `Basic ${encoded("entra:")}`, username: "entra", password: "" },
    { header: `Basic ${encoded(":secret")}`, username: "", password: "secret" },
    { header: `Basic ${encoded("entra:secret").replace(/=+$/, "")}`, username: "entra", password: "secret" },
    // The URL-safe alphabet of RFC 4648 §5: ÿ and ¿ make it differ.
    { header: "Basic w7_CvzrDv8K_w78", username: "ÿ¿", password: "ÿ¿ÿ" },
    { header: "Basic PjpqPj4-", username: ">", password: "j>>>" },
    { header: "Basic PjpqPj4+", username: ">", password: "j>>>" },
  ])("$header is $username with $password", ({ header, username, password }) =>
    expect(readBasicAuth(header)).toEqual({ username, password }),
  );

  it.each([
    undefined,
    "",
    "Basic",
    "Basic ",
    `Basic${encoded("entra:secret")}`,
    `Bearer ${encoded("entra:secret")}`,
    `Basic ${encoded("no colon")}`,
    "Basic entra:secret",
    "Basic ????",
    `Basic ${encoded("entra:secret")}, Basic ${encoded("a:b")}`,
    `Basic ${encoded("entra:secret")}\nX: y`,
    `Digest username="entra"`,
  ])("%p is none", (header) => expect(readBasicAuth(header)).toBeUndefined());

  it("gives back whatever was put in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (user, password) => {
        const username = user.replaceAll(":", "");
        expect(readBasicAuth(`Basic ${encoded(`${username}:${password}`)}`)).toEqual({ username, password });
      }),
    );
  });
});
