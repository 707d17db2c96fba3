import fc from "fast-check";
import { listParentDomains, normaliseDomain, normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { toBaseSpelling } from "../../../engine/sign-up/spellings";
import { anyCharacter } from "../../support/any-character";

/** As long as an address may be: a name of 64 characters, a domain of 189. */
const longest = `${"a".repeat(64)}@${"b".repeat(62)}.${"c".repeat(62)}.${"d".repeat(59)}.com`;

describe("an e-mail address", () => {
  it.each([
    ["kim@contoso.com", "kim@contoso.com", "as it is"],
    ["KIM@Contoso.COM", "kim@contoso.com", "in upper case"],
    ["  kim@contoso.com ", "kim@contoso.com", "between blanks"],
    ["kim+tag@contoso.com", "kim+tag@contoso.com", "with a tag"],
    ["kim@contoso.com.", "kim@contoso.com", "with a trailing dot"],
    ["kim@BÜCHER.example", "kim@xn--bcher-kva.example", "with an international domain"],
    ["kim@xn--bcher-kva.example", "kim@xn--bcher-kva.example", "with that domain in ASCII"],
    ["kim@contoso。com", "kim@contoso.com", "with an ideographic full stop"],
    ["지우@contoso.com", "지우@contoso.com", "with an international name"],
    ["e\u0301lodie@contoso.com", "élodie@contoso.com", "with a decomposed accent"],
    ["o'brien#$&*/=?^_`{|}~-@contoso.com", "o'brien#$&*/=?^_`{|}~-@contoso.com", "with all that may stand in a name"],
    [`${"a".repeat(64)}@contoso.com`, `${"a".repeat(64)}@contoso.com`, "with the longest name"],
    [longest, longest, "of 254 characters"],
    [`${" ".repeat(1_009)}kim@contoso.com`, "kim@contoso.com", "behind 1,009 blanks"],
    ["kim@1a.2b", "kim@1a.2b", "with digits in front of a label"],
    ["kim@a1.b2", "kim@a1.b2", "with digits behind a label"],
    ["kim@\u212aontoso.com", "kim@kontoso.com", "with a Kelvin sign in the domain"],
  ])("%p is read as %p: %s", (typed, read) => expect(normaliseEmail(typed)).toBe(read));

  it.each([
    ["", "empty"],
    ["   ", "blank"],
    ["kim", "without @"],
    ["@contoso.com", "without a name"],
    ["kim@", "without a domain"],
    ["kim@localhost", "with one label"],
    ["kim@lee@contoso.com", "with two @"],
    ['"kim"@contoso.com', "with a quoted name"],
    ["kim%contoso.com@contoso.com", "by way of another host, as Postfix 3.7.11 delivers it to kim"],
    ["kim%localhost@contoso.com", "by way of the server itself, as Postfix 3.7.11 delivers it to kim"],
    ["contoso.com!kim@contoso.com", "as a bang path, as Postfix 3.7.11 delivers it to kim"],
    ['"kim@evil.example"@contoso.com', "with a quoted address for a name"],
    ["kim lee@contoso.com", "with a blank inside"],
    ["Kim <kim@contoso.com>", "with a display name"],
    ["kim@contoso.com,lee@contoso.com", "of two people"],
    ["kim(comment)@contoso.com", "with a comment"],
    [".kim@contoso.com", "with a dot in front"],
    ["kim.@contoso.com", "with a dot behind"],
    ["k..im@contoso.com", "with two dots"],
    ["kim@.contoso.com", "with a dot before the domain"],
    ["kim@contoso..com", "with an empty label"],
    ["kim@-contoso.com", "with a hyphen in front of a label"],
    ["kim@contoso-.com", "with a hyphen behind a label"],
    ["kim@con_toso.com", "with an underscore in the domain"],
    ["kim@127.0.0.1", "at an IP address"],
    ["kim@[127.0.0.1]", "at an IP literal"],
    ["kim@0x7f.1", "at a disguised IP address"],
    ["kim@contoso%2ecom", "with a percent escape"],
    ["kim@contoso.com/x", "with a path"],
    ["kim@contoso.com:25", "with a port"],
    ["kim@contoso.com\n", "with a line break behind"],
    ["ki\u0000m@contoso.com", "with a NUL"],
    ["kim\r\nBcc: x@contoso.com", "with a header"],
    ["ki\u200bm@contoso.com", "with an invisible blank"],
    ["ki\u3164m@contoso.com", "with a Hangul filler"],
    ["kim\uffa0@contoso.com", "with a half-width filler"],
    ["ki\u2800m@contoso.com", "with a Braille blank"],
    ["ki\u034fm@contoso.com", "with a joiner of graphemes"],
    ["kim\ufe0f@contoso.com", "with a variation selector"],
    ["ki\u00adm@contoso.com", "with a soft hyphen"],
    ["kim\u{e0061}@contoso.com", "with a tag character"],
    ["kim@con\u00adtoso.com", "with a soft hyphen in the domain"],
    ["kim@\u2800.com", "with a blank for a domain"],
    ["\u202ekim@contoso.com", "written from right to left"],
    ["ki\ud800m@contoso.com", "with half a character"],
    [`${"a".repeat(65)}@contoso.com`, "with too long a name"],
    [`${"é".repeat(33)}@contoso.com`, "with a name of too many bytes"],
    [`kim@${"a".repeat(64)}.com`, "with too long a label"],
    [`kim@${Array(51).fill("a").join(".")}`, "with 51 labels"],
    [`kim@${Array(60).fill("aaaa").join(".")}`, "with too long a domain"],
    [longest.replace("@", "@b"), "of 255 characters"],
    [`${" ".repeat(1_010)}kim@contoso.com`, "behind 1,010 blanks"],
    ["\u212aim@contoso.com", "with a Kelvin sign for a K"],
    ["\uff4bim@contoso.com", "with a full-width k"],
    ["a\u217ce@contoso.com", "with a Roman numeral for an l"],
    ["bo\u017f@contoso.com", "with a long s"],
    ["k\u0130m@contoso.com", "with a dotted capital I"],
    ["kim@127.0.0.10", "at another IP address"],
    ["\u2018kim@contoso.com\u2019", "between quotation marks of a text"],
    ["\u201ckim@contoso.com", "with such a mark in front"],
    ["kim@contoso.com\u201d", "with such a mark behind"],
    ["o\u2019brien@contoso.com", "with such a mark for an apostrophe"],
    ["kim\u2013lee@contoso.com", "with a dash for a hyphen"],
    ["kim@contoso\u2010group.com", "with a typesetter's hyphen in the domain"],
  ])("%p is refused: %s", (typed) => expect(normaliseEmail(typed)).toBeUndefined());

  // Each server as its package sets it up, with accounts of the system. Other forms, such as k.im, kim-tag, kim=tag, kim/tag, k\u0131m, a trailing
  // dot or U-labels, reach nobody or somebody else at both.
  it.each<{ form: string; deliveredBy: readonly string[]; refusedBy?: string; read?: string }>([
    { form: "KIM@contoso.com", deliveredBy: ["Exim 4.96", "OpenSMTPD 6.8.0p2"], read: "kim@contoso.com" },
    { form: "kim@CONTOSO.com", deliveredBy: ["Exim 4.96", "OpenSMTPD 6.8.0p2"], read: "kim@contoso.com" },
    { form: "@fabrikam.com:kim@contoso.com", deliveredBy: ["Exim 4.96", "OpenSMTPD 6.8.0p2"] },
    { form: "kim+tag@contoso.com", deliveredBy: ["OpenSMTPD 6.8.0p2"], refusedBy: "Exim 4.96", read: "kim+tag@contoso.com" },
    { form: "kim+@contoso.com", deliveredBy: ["OpenSMTPD 6.8.0p2"], refusedBy: "Exim 4.96", read: "kim+@contoso.com" },
    { form: "kim+a+b@contoso.com", deliveredBy: ["OpenSMTPD 6.8.0p2"], refusedBy: "Exim 4.96", read: "kim+a+b@contoso.com" },
    { form: "lee:kim@contoso.com", deliveredBy: ["OpenSMTPD 6.8.0p2"], refusedBy: "Exim 4.96" },
    { form: '"kim"@contoso.com', deliveredBy: ["Exim 4.96"], refusedBy: "OpenSMTPD 6.8.0p2" },
    { form: '"KIM"@contoso.com', deliveredBy: ["Exim 4.96"], refusedBy: "OpenSMTPD 6.8.0p2" },
    { form: '"k\\im"@contoso.com', deliveredBy: ["Exim 4.96"], refusedBy: "OpenSMTPD 6.8.0p2" },
    { form: "kim(comment)@contoso.com", deliveredBy: ["Exim 4.96"], refusedBy: "OpenSMTPD 6.8.0p2" },
    { form: "kim @contoso.com", deliveredBy: ["Exim 4.96"], refusedBy: "OpenSMTPD 6.8.0p2" },
    { form: "kim@ contoso.com", deliveredBy: ["Exim 4.96"], refusedBy: "OpenSMTPD 6.8.0p2" },
    { form: "kim%contoso.com@contoso.com", deliveredBy: ["Postfix 3.7.11"], refusedBy: "Exim 4.96, OpenSMTPD 6.8.0p2" },
    { form: "contoso.com!kim@contoso.com", deliveredBy: ["Postfix 3.7.11"], refusedBy: "Exim 4.96, OpenSMTPD 6.8.0p2" },
  ])("that $deliveredBy deliver to kim is either refused or covered by a deny of kim: $form", ({ form, read }) => {
    expect(normaliseEmail(form)).toBe(read);
    if (read !== undefined) expect(toBaseSpelling(read)).toBe("kim@contoso.com");
  });

  it("has up to 50 labels", () => expect(normaliseEmail(`kim@${Array(50).fill("a").join(".")}`)).toBeDefined());

  it("stays the same if it is normalised twice", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string({ unit: anyCharacter }).map((local) => `${local}@contoso.com`),
        ),
        (typed) => {
          const read = normaliseEmail(typed);
          if (read !== undefined) expect(normaliseEmail(read)).toBe(read);
        },
      ),
    );
  });

  it("is split into name and domain", () => expect(splitAddress("kim@eu.contoso.com")).toEqual({ local: "kim", domain: "eu.contoso.com" }));
});

describe("a domain", () => {
  it.each(["com", "", ".", "contoso..com", "kim@contoso.com", "contoso.com?", "*.contoso.com", "1.2", "a.0x4", "xn--.com", "XN--a.com"])(
    "is refused if it is %p",
    (text) => expect(normaliseDomain(text)).toBeUndefined(),
  );

  // Runtimes pass some of these: newer ones read no label of ASCII, older ones let one stand for ASCII.
  it.each(["xn--l.com", "xn--nxqq0e9.com", "xn--8p8p-.com", "xn--bcher-kv.com", "eu.xn--a.com", "xn--bcher-KVA.xn--a.com"])(
    "is refused if it is %p, because its xn-- label encodes no valid name",
    (text) => expect(normaliseDomain(text)).toBeUndefined(),
  );

  // Runtimes map these capitals and rows of accents differently, unless they get small composed letters.
  it.each([
    ["XN--BCHER-KVA.example", "xn--bcher-kva.example"],
    ["stra\u1e9ee.example", "xn--strae-oqa.example"],
    ["\u10a0\u10a1.ge", "xn--rkjc.ge"],
    ["O\u0309\u0323.vn", "xn--tsa923l.vn"],
  ])("is read from %p as %p", (typed, read) => expect(normaliseDomain(typed)).toBe(read));

  // IDNA's mapping takes these marks for letters of a name that nobody has.
  it.each([
    "\u201ccontoso.com\u201d",
    "\u00abcontoso.com\u00bb",
    "contoso.com\u3001fabrikam.com",
    "contoso\u2013group.com",
    "xn--contosogroup-q19f.com",
  ])("is refused if it is %p, because of its punctuation", (text) => expect(normaliseDomain(text)).toBeUndefined());

  it.each([
    ["l\u00b7l.cat", "xn--ll-0ea.cat"],
    ["\u30a2\u30fb\u30a4.jp", "xn--ccke4x.jp"],
    ["\u05e6\u05d4\u05f4\u05dc.il", "xn--8dbq2a9c.il"],
    ["contoso\uff0dgroup.com", "contoso-group.com"],
  ])("may contain a mark that is part of a word: %p", (typed, read) => expect(normaliseDomain(typed)).toBe(read));

  it.each([
    { length: 253, legal: true },
    { length: 254, legal: false },
  ])("may have $length characters: $legal", ({ length, legal }) => {
    const domain = `${"a".repeat(length - 3 * 63 - 4 - 3)}.${Array(3).fill("b".repeat(63)).join(".")}.com`;
    expect([domain.length, normaliseDomain(domain) === domain]).toEqual([length, legal]);
  });

  it("has a list of parents, nearest first", () =>
    expect(listParentDomains("eu.sales.contoso.com")).toEqual(["sales.contoso.com", "contoso.com", "com"]));
});
