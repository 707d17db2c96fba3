import fc from "fast-check";
import { assign } from "../../../features/assign/rule";
import { format, lowerCase, titleCase, trim, upperCase } from "../../../features/format/rule";
import { person } from "../../engine/sign-up/people";
import { anyCharacter } from "../../support/any-character";
import { runs } from "../../support/runs";

describe("titleCase", () => {
  it.each([
    ["o'brien-smith", "O'Brien-Smith"],
    ["o’brien", "O’Brien"],
    ["d'angelo", "D'Angelo"],
    ["McDonald", "McDonald"],
    ["van der Berg", "van der Berg"],
    ["JEAN-LUC", "Jean-Luc"],
    ["john's", "John's"],
    ["JOHN'S", "John's"],
    ["kim min-ji", "Kim Min-Ji"],
    ["ÉLODIE", "Élodie"],
    ["élodie", "Élodie"],
    ["E\u0301LODIE", "E\u0301lodie"],
    ["e\u0301lodie", "E\u0301lodie"],
    ["ßtraße", "Sstraße"],
    ["ǆungla", "Ǆungla"],
    ["a", "A"],
    ["A", "A"],
    ["ß", "Ss"],
    ["", ""],
    ["  ", "  "],
    ["  new  york ", "  New  York "],
    ["123", "123"],
    ["3rd street", "3rd Street"],
    ["b12 c", "B12 C"],
    ["김철수", "김철수"],
    ["KIM 철수", "Kim 철수"],
    ["kim 철수", "Kim 철수"],
    ["カナ かな 漢字", "カナ かな 漢字"],
    ["محمد", "محمد"],
    ["иванов", "иванов"],
    ["ИВАНОВ", "ИВАНОВ"],
    ["παπαδόπουλος", "παπαδόπουλος"],
    ["ΠΑΠΑΔΟΠΟΥΛΟΣ", "ΠΑΠΑΔΟΠΟΥΛΟΣ"],
    ["ИВАНОВ ivan", "ИВАНОВ Ivan"],
    ["🙂 kim", "🙂 Kim"],
    ["ELİF", "Elif"],
    ["İPEK", "İpek"],
    ["İZMİR", "İzmir"],
    ["I\u0307ZMI\u0307R", "İzmir"],
    ["DİYARBAKIR", "Diyarbakır"],
    ["AĞRI", "Ağrı"],
    ["ığdır", "Iğdır"],
    ["elif ışık", "Elif Işık"],
    // As JavaScript makes ELİF and İPEK lower case.
    ["eli\u0307f", "Elif"],
    ["i\u0307pek", "İpek"],
    ["Elif Işık", "Elif Işık"],
    // Lithuanian writes the dot below an accent.
    ["i\u0307\u0301", "I\u0307\u0301"],
    ["İPEK ΟΔΟΣ", "İpek ΟΔΟΣ"],
    // Numerals at the end, and words without a vowel, which are no names of most people.
    ["JOHN SMITH III", "John Smith III"],
    ["HENRY TUDOR VIII", "Henry Tudor VIII"],
    ["JOHN SMITH IV", "John Smith IV"],
    ["JOHN SMITH V", "John Smith V"],
    ["SMITH, II", "Smith, II"],
    ["JOHN SMITH III, PHD", "John Smith III, PHD"],
    ["john smith iv, esq", "John Smith IV, Esq"],
    ["LEE III, JOHN", "Lee III, John"],
    ["LE VI ANH, MD", "Le Vi Anh, MD"],
    ["john smith iii", "John Smith III"],
    ["nguyen thi vi", "Nguyen Thi Vi"],
    ["III", "Iii"],
    ["VI NGUYEN", "Vi Nguyen"],
    ["III JOHN", "Iii John"],
    ["JOHN SMITH XI", "John Smith Xi"],
    ["JP MORGAN", "JP Morgan"],
    ["JOHN SMITH PHD", "John Smith PHD"],
    ["JANE DOE, MD", "Jane Doe, MD"],
    ["FABRIKAM LLC", "Fabrikam LLC"],
    ["JOHN SMITH JR.", "John Smith JR."],
    ["jp morgan", "Jp Morgan"],
    ["JP", "JP"],
    ["NG", "NG"],
    ["ng", "Ng"],
    ["XU LI", "Xu Li"],
    ["TY COBB", "Ty Cobb"],
    ["J.R.R. TOLKIEN", "J.R.R. Tolkien"],
    ["J. R. EWING", "J. R. Ewing"],
    ["JOHN'S", "John's"],
    ["O'NEILL", "O'Neill"],
    ["O'NEILL-SMITH III", "O'Neill-Smith III"],
    ["VAN DER BERG", "Van Der Berg"],
    ["de la Cruz", "de la Cruz"],
    ["MacLeod", "MacLeod"],
    ["ÐĐ", "ÐĐ"],
    ["ĐẶNG THỊ VY", "Đặng Thị Vy"],
    ["ÇELİK", "Çelik"],
    ["ÇELIK", "Çelik"],
    ["ØRSTED", "Ørsted"],
    ["ÅS", "Ås"],
    ["BJÖRK", "Björk"],
    ["IJSBRAND", "Ijsbrand"],
    ["HR\u030cBK", "Hr\u030cbk"],
    ["MARY-ANN", "Mary-Ann"],
    ["DR. KIM", "DR. Kim"],
    ["Phd", "Phd"],
    ["LLC 철수", "LLC 철수"],
  ])("changes %p to %p", (typed, shaped) => expect(titleCase(typed)).toBe(shaped));

  const latin = fc.string({
    unit: fc.oneof(
      fc.constantFrom(..."abcxyzABCXYZ' -’.0ßéÉıİﬁŉǆǅǄ\u0301철かИи"),
      fc.integer({ min: 0x20, max: 0x24f }).map((point) => String.fromCodePoint(point)),
    ),
  });

  it("gives the same text if applied twice", () => {
    fc.assert(
      fc.property(fc.oneof(latin, fc.string({ unit: anyCharacter })), (text) => {
        const once = titleCase(text);
        expect(titleCase(once)).toBe(once);
      }),
      { numRuns: runs(600, 3_000) },
    );
  });

  it("never changes a text with both cases", () => {
    const mixed = fc.tuple(latin, fc.constantFrom("aB", "Mc D", "é É", "x철Y")).map(([text, both]) => both + text);
    fc.assert(
      fc.property(mixed, (text) => {
        expect(titleCase(text)).toBe(text);
      }),
      { numRuns: runs(600, 3_000) },
    );
  });

  it("never changes a letter that is not Latin", () => {
    const others = (text: string) => text.replace(/\p{Script=Latin}|\p{M}|[ʼʾ]/gu, "");
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(others(titleCase(text))).toBe(others(text));
      }),
      { numRuns: runs(600, 3_000) },
    );
  });
});

describe("the other functions that change a text", () => {
  it.each([
    { shape: trim, typed: "\t kim \u3000\n", shaped: "kim" },
    { shape: upperCase, typed: "kr é", shaped: "KR É" },
    { shape: lowerCase, typed: "KR É", shaped: "kr é" },
    { shape: lowerCase, typed: "İZMİR", shaped: "izmir" },
    { shape: lowerCase, typed: "IĞDIR", shaped: "ığdır" },
    { shape: lowerCase, typed: "ΟΔΟΣ", shaped: "οδος" },
    { shape: upperCase, typed: "Diyarbakır", shaped: "DİYARBAKIR" },
    { shape: upperCase, typed: "i\u0307zmir", shaped: "İZMİR" },
  ])("give the expected text: $shape.name", ({ shape, typed, shaped }) => expect(shape(typed)).toBe(shaped));
});

describe("format", () => {
  const shaped = (attributes: object, rule = format({ city: titleCase, extension_Code: upperCase })) =>
    rule.prepare?.(person({ attributes: attributes as never }));

  it.each([
    { given: "texts", attributes: { city: "seoul", extension_Code: "ab", country: "kr" }, set: { city: "Seoul", extension_Code: "AB" } },
    { given: "a missing attribute", attributes: { country: "kr" }, set: {} },
    { given: "a number", attributes: { city: 5 }, set: {} },
    { given: "a boolean", attributes: { city: true }, set: {} },
    { given: "a list", attributes: { city: ["seoul"] }, set: {} },
    { given: "an empty text", attributes: { city: "" }, set: { city: "" } },
  ])("changes $given into $set", ({ attributes, set }) => expect(shaped(attributes)).toEqual(set));

  it("takes all texts of a sign-up for one language", () => {
    const names = format({ displayName: titleCase, surname: titleCase, givenName: lowerCase, city: upperCase });
    const attributes = { displayName: "ELİF YILDIZ", surname: "YILDIZ", givenName: "IRMAK", city: "izmir" };
    expect(shaped(attributes, names)).toEqual({ displayName: "Elif Yıldız", surname: "Yıldız", givenName: "ırmak", city: "İZMİR" });
    expect(shaped({ surname: "YILDIZ" }, names)).toEqual({ surname: "Yildiz" });
    expect(shaped({ surname: "YILDIZ", extension_Note: "ığdır" }, names)).toEqual({ surname: "Yıldız" });
  });

  it("gives a custom function the sign-up's texts, so that it may hand them on", () => {
    const name = format({ surname: (text, texts) => titleCase(text.trim(), texts) });
    expect(shaped({ displayName: "ELİF YILDIZ", surname: " YILDIZ " }, name)).toEqual({ surname: "Yıldız" });
  });

  it("accepts a custom function", () =>
    expect(shaped({ city: "seoul" }, format({ city: (text) => `${text}!` }))).toEqual({ city: "seoul!" }));

  it("never reads an attribute from a prototype", () => expect(shaped({}, format({ toString: upperCase }))).toEqual({}));

  it.each(["email", "identities", "ui_locales", "action"])("rejects %s", (name) =>
    expect(() => format({ [name]: trim })).toThrow(/cannot set/),
  );

  it("throws at creation if the shape is no function", () => expect(() => format({ city: "upper" as never })).toThrow(/"city"/));
});

describe("assign", () => {
  it("sets the given value, whatever was typed", () =>
    expect(assign({ country: "KR", extension_News: false }).prepare?.(person())).toEqual({ country: "KR", extension_News: false }));

  it.each(["email", "identities", "ui_locales", "userMessage"])("rejects %s", (name) =>
    expect(() => assign({ [name]: "x" })).toThrow(/cannot set/),
  );
});

it.each([
  { text: "ﬃon", is: "Ffion" },
  { text: "ßimon", is: "Ssimon" },
  { text: "김민수", is: "김민수" },
])("titleCase writes one capital at the start of a word if the first letter expands to several: $text is $is", ({ text, is }) =>
  expect(titleCase(text)).toBe(is),
);
