import fc from "fast-check";
import { findSenderAddress, readSender } from "../../../engine/mail/sender";

it.each([
  { typed: "Sign-Up@contoso.com", from: "sign-up@contoso.com" },
  { typed: "<sign-up@contoso.com>", from: "sign-up@contoso.com" },
  { typed: " Contoso Sign-up  <sign-up@contoso.com> ", from: "Contoso Sign-up <sign-up@contoso.com>" },
  { typed: "O'Brien & Sons <a@contoso.com>", from: "O'Brien & Sons <a@contoso.com>" },
  // Commas, dots, colons and the like would need quotes.
  { typed: "Contoso, Inc. <a@contoso.com>", from: "=?UTF-8?B?Q29udG9zbywgSW5jLg==?= <a@contoso.com>" },
  { typed: "Kontoso Zürich <a@contoso.com>", from: "=?UTF-8?B?S29udG9zbyBaw7xyaWNo?= <a@contoso.com>" },
  { typed: "콘토소 <a@contoso.com>", from: "=?UTF-8?B?7L2Y7Yag7IaM?= <a@contoso.com>" },
  // Encoded already.
  { typed: "=?utf-8?Q?Z=C3=BCrich?= <a@contoso.com>", from: "=?utf-8?Q?Z=C3=BCrich?= <a@contoso.com>" },
  // Looks encoded, and is not.
  { typed: "=?utf-8?Q?Z <a@contoso.com>", from: "=?UTF-8?B?PT91dGYtOD9RP1o=?= <a@contoso.com>" },
])("$typed sends as $from", ({ typed, from }) => expect(readSender(typed)).toEqual({ from }));

it.each([
  { typed: "", problem: "address" },
  { typed: "Contoso", problem: "address" },
  { typed: "Contoso <contoso.com>", problem: "address" },
  { typed: "a <b@contoso.com> <c@contoso.com>", problem: "address" },
  { typed: '"Contoso" <a@contoso.com>', problem: "name" },
  { typed: "Contoso\\ <a@contoso.com>", problem: "name" },
  { typed: "Contoso\r\nBcc: x@example.com <a@contoso.com>", problem: "name" },
  { typed: "Contoso\u2028 b <a@contoso.com>", problem: "name" },
  { typed: `${"x".repeat(101)} <a@contoso.com>`, problem: "name" },
])("$typed is refused for its $problem", ({ typed, problem }) => expect(readSender(typed)).toEqual({ problem }));

it("any name becomes one ASCII header of words of at most 75 characters, which decode to the name", () => {
  const decode = (header: string) =>
    header
      .replace(/ <[^<>]*>$/, "")
      .split(" ")
      .map((word) => /^=\?UTF-8\?B\?(.*)\?=$/.exec(word)?.[1])
      .map((code) => Buffer.from(code ?? "", "base64").toString())
      .join("");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), (typed) => {
      const read = readSender(`${typed} <a@contoso.com>`);
      if ("problem" in read) return;
      expect(read.from).toMatch(/^[ -~]+$/);
      expect(findSenderAddress(read.from)).toBe("a@contoso.com");
      if (!read.from.startsWith("=?UTF-8?B?")) return;
      for (const word of read.from.split(" ")) expect(word.length).toBeLessThanOrEqual(75);
      expect(decode(read.from)).toBe(typed.trim());
    }),
  );
});
